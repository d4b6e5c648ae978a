import type { Database } from 'lmdb';
import type { LineKey } from './block-table.ts';
import { DamagedLogError } from './block.ts';
import type { PageLocation } from './sealed-page.ts';

/** A bundle that has reached this size gets no more pages. Large ones waste less of the last of the pages that LMDB stores them in. */
const BUNDLE_BYTES = 128 * 1_024;

/** The gzips of sealed pages, several in a bundle. */
export class PageTable {
  readonly #bundles: Database<Buffer, LineKey>;

  constructor(bundles: Database<Buffer, LineKey>) {
    this.#bundles = bundles;
  }

  /** A copy of the gzip of a page. */
  get(id: number, location: PageLocation): Buffer<ArrayBuffer> {
    const gzip = Buffer.allocUnsafeSlow(location.length);
    this.copy(id, location, gzip);
    return gzip;
  }

  /** Copies the gzip of a page to `target`, which has its length. */
  copy(id: number, { bundle, offset, length }: PageLocation, target: Buffer): void {
    const held = this.#bundles.getBinaryFast([id, bundle]);
    if (held === undefined || held.length < offset + length) throw new DamagedLogError('A sealed page is missing.');
    target.set(held.subarray(offset, offset + length));
  }

  /** Stores the gzips of consecutive pages, the first in the bundle of the page before if there is room; returns where they are. */
  add(id: number, before: PageLocation | undefined, pages: readonly { readonly from: number; readonly gzip: Buffer }[]): PageLocation[] {
    const held = before === undefined ? undefined : this.#bundles.get([id, before.bundle]);
    let bundle = before?.bundle ?? 0;
    let parts = held === undefined ? [] : [held];
    let size = held?.length ?? BUNDLE_BYTES;
    const locations: PageLocation[] = [];
    const store = (): void => this.#bundles.putSync([id, bundle], Buffer.concat(parts));
    for (const { from, gzip } of pages) {
      if (size >= BUNDLE_BYTES) {
        if (locations.length > 0) store();
        [bundle, parts, size] = [from, [], 0];
      }
      locations.push({ bundle, offset: size, length: gzip.length });
      parts.push(gzip);
      size += gzip.length;
    }
    if (locations.length > 0) store();
    return locations;
  }

  /** Deletes at most `limit` bundles before the one with the first line `first`; returns whether there may be more. */
  sweep(id: number, first: number, limit: number): boolean {
    const keys = [...this.#bundles.getKeys({ start: [id, 0], end: [id, first], limit })];
    for (const key of keys) this.#bundles.removeSync(key);
    return keys.length === limit;
  }
}
