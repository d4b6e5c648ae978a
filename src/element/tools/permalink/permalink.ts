import { parseTime } from '../../../protocol/parse-time.ts';
import type { Range } from '../../../worker/api.ts';

/** What the page's address names: lines, the first line at or after a time (unix ms), or the first error. */
export type LinkTarget = { readonly lines: Range } | { readonly time: number } | { readonly error: true };

const PLACE = /^#(?:(?<id>.+?):)?(?:t=(?<time>[^=]+)|error)$/su;
const HASH = /^#(?:(?<id>.+):)?L(?<from>[1-9]\d{0,14})(?:-L?(?<to>[1-9]\d{0,14}))?$/su;

/**
 * Reads `#L120`, `#L120-L140` or `#ID:L120`. `id` is the host's own id. A fragment without an id is for a log that is the
 * only one on its page (`isAlone`) or has no id.
 */
export function parsePermalink(hash: string, id: string, isAlone: boolean): Range | undefined {
  const groups = ourGroups(HASH, hash, id, isAlone);
  if (groups === undefined) return undefined;
  const from = Number(groups['from']);
  const to = groups['to'] === undefined ? from : Number(groups['to']);
  return { from: Math.min(from, to), to: Math.max(from, to) };
}

/** Reads lines as `parsePermalink` does, and `#t=2026-11-29T17:00:00Z`, `#t=15m` and `#error` likewise. `now` is in unix ms. */
export function parseLinkTarget(hash: string, id: string, isAlone: boolean, now: number): LinkTarget | undefined {
  const lines = parsePermalink(hash, id, isAlone);
  if (lines !== undefined) return { lines };
  const groups = ourGroups(PLACE, hash, id, isAlone);
  if (groups === undefined) return undefined;
  if (groups['time'] === undefined) return { error: true };
  const time = parseTime(groups['time'], now);
  return time === undefined ? undefined : { time };
}

/** The groups of a pattern in a fragment that is for this log. */
function ourGroups(pattern: RegExp, hash: string, id: string, isAlone: boolean): Readonly<Record<string, string | undefined>> | undefined {
  let groups: Record<string, string | undefined> | undefined;
  try {
    groups = pattern.exec(decodeURIComponent(hash))?.groups;
  } catch {
    return undefined;
  }
  if (groups === undefined) return undefined;
  const isOurs = groups['id'] === undefined ? isAlone || id === '' : groups['id'] === id;
  return isOurs ? groups : undefined;
}

export function formatPermalink({ from, to }: Range, id: string, isAlone: boolean): string {
  return `#${prefixOf(id, isAlone)}L${from}${to > from ? `-L${to}` : ''}`;
}

/** What says which log a fragment is for, where that must be said. */
export function prefixOf(id: string, isAlone: boolean): string {
  return isAlone || id === '' ? '' : `${encodeURIComponent(id)}:`;
}
