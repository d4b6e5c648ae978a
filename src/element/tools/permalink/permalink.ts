import type { Range } from '../../../worker/api.ts';

const HASH = /^#(?:(?<id>.+):)?L(?<from>[1-9]\d{0,14})(?:-L?(?<to>[1-9]\d{0,14}))?$/su;

/**
 * Reads `#L120`, `#L120-L140` or `#ID:L120`. `id` is the host's own id. A fragment without an id is for a log that is the
 * only one on its page (`isAlone`) or has no id.
 */
export function parsePermalink(hash: string, id: string, isAlone: boolean): Range | undefined {
  let groups: Record<string, string | undefined> | undefined;
  try {
    groups = HASH.exec(decodeURIComponent(hash))?.groups;
  } catch {
    return undefined;
  }
  if (groups === undefined) return undefined;
  const isOurs = groups['id'] === undefined ? isAlone || id === '' : groups['id'] === id;
  if (!isOurs) return undefined;
  const from = Number(groups['from']);
  const to = groups['to'] === undefined ? from : Number(groups['to']);
  return { from: Math.min(from, to), to: Math.max(from, to) };
}

export function formatPermalink({ from, to }: Range, id: string, isAlone: boolean): string {
  const prefix = isAlone || id === '' ? '' : `${encodeURIComponent(id)}:`;
  return `#${prefix}L${from}${to > from ? `-L${to}` : ''}`;
}
