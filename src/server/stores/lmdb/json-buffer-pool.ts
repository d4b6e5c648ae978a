import { JsonBuffer } from './json-buffer.ts';

/** A typical page of history takes 256 KiB. Buffers that grew beyond this are not kept. */
const KEPT_BYTES = 512 * 1_024;
/** How many unused buffers are kept: 4 MiB at most. */
const KEPT = 8;

/**
 * Reuses buffers for JSON: allocating that much for each answer would cost much of its time, mostly in garbage collection.
 * The number of buffers in use is not bounded here.
 */
export class JsonBufferPool {
  readonly #idle: JsonBuffer[] = [];

  acquire(): JsonBuffer {
    return this.#idle.pop() ?? new JsonBuffer();
  }

  /** Returns a buffer that is no longer used. */
  release(json: JsonBuffer): void {
    if (this.#idle.length >= KEPT || json.capacity > KEPT_BYTES) return;
    json.clear();
    this.#idle.push(json);
  }
}
