/** The least that zlib takes for a chunk. */
const LEAST = 64;
/** The most that is reserved for what a length says that may be wrong. */
const MOST = 32 * 1_024 * 1_024;

/**
 * The size of one chunk that holds all that a gzip inflates to, from its last four bytes: inflating into one chunk takes half
 * the time. A wrong length only costs time.
 */
export function inflatedLength(gzip: Buffer): number {
  const length = gzip.length < 4 ? 0 : gzip.readUInt32LE(gzip.length - 4);
  return Math.min(MOST, Math.max(LEAST, length + 1));
}
