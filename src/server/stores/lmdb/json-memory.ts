import { JsonBytes } from './json-bytes.ts';

/** A page of history takes 256 KiB. What had to grow beyond this for a page of other lines is not kept. */
const KEPT_BYTES = 512 * 1_024;
/** So many are kept while nobody uses them: 4 MiB. */
const KEPT = 8;

/**
 * Memory for JSON that is used again, since memory of this size that is new for each answer costs much of the time of the answer,
 * most of it when garbage is collected. There is more of it in use than is kept when many ask at the same time.
 */
export class JsonMemory {
  readonly #idle: JsonBytes[] = [];

  take(): JsonBytes {
    return this.#idle.pop() ?? new JsonBytes();
  }

  /** Takes memory back that nobody looks at any more. */
  give(json: JsonBytes): void {
    if (this.#idle.length >= KEPT || json.capacity > KEPT_BYTES) return;
    json.clear();
    this.#idle.push(json);
  }
}
