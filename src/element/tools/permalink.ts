import type { Range } from '../../worker/api.ts';

const HASH = /^#(?:(?<id>.+):)?L(?<from>[1-9]\d{0,14})(?:-L?(?<to>[1-9]\d{0,14}))?$/su;

/**
 * Reads `#L120`, `#L120-L140` or `#ID:L120`. `id` is the host's own id; a link without one is for every log that is
 * `alone` on its page or has no id.
 */
export function parsePermalink(hash: string, id: string, alone: boolean): Range | undefined {
  let groups: Record<string, string | undefined> | undefined;
  try {
    groups = HASH.exec(decodeURIComponent(hash))?.groups;
  } catch {
    return undefined;
  }
  if (groups === undefined) return undefined;
  const forUs = groups['id'] === undefined ? alone || id === '' : groups['id'] === id;
  if (!forUs) return undefined;
  const from = Number(groups['from']);
  const to = groups['to'] === undefined ? from : Number(groups['to']);
  return { from: Math.min(from, to), to: Math.max(from, to) };
}

export function formatPermalink({ from, to }: Range, id: string, alone: boolean): string {
  const prefix = alone || id === '' ? '' : `${encodeURIComponent(id)}:`;
  return `#${prefix}L${from}${to > from ? `-L${to}` : ''}`;
}
