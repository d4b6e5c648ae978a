import type { DataPort } from '../tab-messages.ts';

/**
 * One end of a channel within a page. Like a MessagePort, it delivers messages later and in order. It does not copy them,
 * and needs nothing from the platform, whose channels may be missing or broken.
 */
export class MemoryPort extends EventTarget implements DataPort {
  onmessage: ((event: MessageEvent) => unknown) | null = null;
  #far: MemoryPort | undefined;

  /** Both ends of a new channel. */
  static pair(): [MemoryPort, MemoryPort] {
    const [near, far] = [new MemoryPort(), new MemoryPort()];
    near.#far = far;
    far.#far = near;
    return [near, far];
  }

  postMessage(message: unknown): void {
    const far = this.#far;
    if (far !== undefined) queueMicrotask(() => far.#receive(message));
  }

  /** Closes both ends: messages under way are dropped. */
  close(): void {
    const far = this.#far;
    this.#far = undefined;
    if (far !== undefined) far.#far = undefined;
  }

  #receive(data: unknown): void {
    if (this.#far === undefined) return;
    const event = new MessageEvent('message', { data });
    this.dispatchEvent(event);
    this.onmessage?.(event);
  }
}
