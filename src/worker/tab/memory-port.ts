import type { DataPort } from '../tab-messages.ts';

/**
 * One end of a channel within a page, as a MessagePort is: what is posted arrives later and in order. Messages are not copied,
 * and it needs nothing of the platform, which may lack channels or have broken ones.
 */
export class MemoryPort extends EventTarget implements DataPort {
  onmessage: ((event: MessageEvent) => unknown) | null = null;
  #far: MemoryPort | undefined;

  /** Both ends of a new channel. */
  static pair(): [MemoryPort, MemoryPort] {
    const [one, other] = [new MemoryPort(), new MemoryPort()];
    one.#far = other;
    other.#far = one;
    return [one, other];
  }

  postMessage(message: unknown): void {
    const far = this.#far;
    if (far !== undefined) queueMicrotask(() => far.#receive(message));
  }

  /** Nothing leaves or arrives any more, at either end. */
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
