import { LEVEL, levelNamed } from '../../../protocol/marks/level.ts';
import type { ShownFilter } from '../find/finder-host.ts';

const FLAGS = ['case', 'word', 'regex'] as const;
/** What is before the filter: nothing, the host's id, or a place in the log. */
const FILTER = /^(?<place>#(?:.*?[:&])?)only=(?<rest>.*)$/su;

/** What a fragment of the page's address names of a log, apart. */
export interface SplitFragment {
  /** The fragment without the filter. */
  readonly place: string;
  readonly filter: ShownFilter | undefined;
}

/**
 * Reads the filter from `#only=TEXT&without=TEXT&level=warn&context=2&regex=1`, which may follow the host's id and a place:
 * `#ID:L120&only=TEXT`. One without an id is for a log that is the only one on its page (`isAlone`) or has no id.
 */
export function splitFragment(hash: string, id: string, isAlone: boolean): SplitFragment {
  const groups = FILTER.exec(hash)?.groups;
  const before = groups?.['place'] ?? '';
  const place = before.endsWith('&') ? before.slice(0, -1) : before;
  if (groups === undefined || !isOurs(place, id, isAlone)) return { place: hash, filter: undefined };
  const params = new URLSearchParams(`only=${groups['rest'] ?? ''}`);
  const level = params.get('level');
  const context = Number(params.get('context') ?? 0);
  return {
    place: place.endsWith(':') ? '' : place,
    filter: {
      q: params.get('only') ?? '',
      ...(params.has('without') && { without: params.get('without') ?? '' }),
      ...(level !== null && { level: levelNamed(level) ?? (Number(level) || undefined) }),
      ...(Number.isSafeInteger(context) && context > 0 && { context }),
      ...Object.fromEntries(FLAGS.filter((flag) => params.get(flag) === '1').map((flag) => [flag, true])),
    },
  };
}

/** The filter as it stands in an address; empty for none. */
export function formatFilter(filter: ShownFilter | undefined): string {
  if (filter === undefined) return '';
  const { q, without, level, context } = filter;
  const name = Object.entries(LEVEL).find(([, number]) => number === level)?.[0];
  const parts = [
    ['only', q],
    ['without', without ?? ''],
    ['level', name ?? String(level ?? '')],
    ['context', String(context || '')],
    ...FLAGS.map((flag) => [flag, filter[flag] === true ? '1' : ''] as const),
  ] as const;
  return new URLSearchParams(parts.filter(([key, value]) => key === 'only' || value !== '').map(([key, value]) => [key, value])).toString();
}

function isOurs(place: string, id: string, isAlone: boolean): boolean {
  const owner = /^#(?<id>.+?):/su.exec(place)?.groups?.['id'];
  if (owner === undefined) return isAlone || id === '';
  try {
    return decodeURIComponent(owner) === id;
  } catch {
    return false;
  }
}
