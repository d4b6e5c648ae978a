import type { LogTail } from '../../store.ts';

/** The lines that a query covers: what it asked for, as far as the log still has it. */
export function rangeWithin(
  { after, upto }: { readonly after: number; readonly upto: number },
  { first, head }: LogTail,
): { after: number; upto: number } {
  const from = Math.min(Math.max(after, first - 1), head);
  return { after: from, upto: Math.max(from, Math.min(upto, head)) };
}
