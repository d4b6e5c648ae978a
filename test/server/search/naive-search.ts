import type { Line, LineExtra } from '../../../src/protocol/line.ts';
import type { SearchQuery } from '../../../src/protocol/search/query.ts';
import { shownText } from '../../../src/protocol/terminal/shown-text.ts';

/** A hit as the wire has it. */
export interface NaiveHit {
  readonly line: number;
  /** Its last piece. */
  readonly to: number;
  readonly time: number;
  readonly at: readonly (readonly [number, number])[];
  readonly more?: 1;
  /** Whether it counts as found. */
  readonly counts: boolean;
}

interface Whole {
  readonly from: number;
  to: number;
  readonly time: number;
  text: string;
  readonly extra: LineExtra | undefined;
  readonly isRest: boolean;
}

const WORD = /[\p{L}\p{Nd}_]/u;
const MOST_BYTES = 4 * 1_024 * 1_024;

/** Every hit of a search among lines, of which the first is line 1, without any shortcut. */
export function naiveSearch(lines: readonly Line[], query: SearchQuery, after = 0, upto = lines.length): NaiveHit[] {
  const hits: NaiveHit[] = [];
  for (const { from, to, time, text, extra, isRest } of wholeLines(lines)) {
    if (from <= after || from > upto) continue;
    if (query.level !== undefined && !(extra?.l !== undefined && extra.l >= query.level)) continue;
    const shown = shownText(text);
    const all = query.q === '' ? [] : naiveRanges(shown, query.q, query);
    if (query.q !== '' && all.length === 0) continue;
    if (query.without !== undefined && query.without !== '' && naiveRanges(shown, query.without, query).length > 0) continue;
    const counts = query.q !== '' || (!isRest && extra?.k === undefined && extra?.r === undefined);
    hits.push({ line: from, to, time, at: all.slice(0, 100), ...(all.length > 100 && { more: 1 }), counts });
  }
  return hits;
}

function wholeLines(lines: readonly Line[]): Whole[] {
  const whole: Whole[] = [];
  let isInside = false;
  for (const [at, [time, text, extra]] of lines.entries()) {
    const open = isInside ? whole.at(-1) : undefined;
    if (open !== undefined && Buffer.byteLength(open.text) + Buffer.byteLength(text) <= MOST_BYTES) {
      open.text += text;
      open.to = at + 1;
    } else {
      whole.push({ from: at + 1, to: at + 1, time, text, extra, isRest: isInside });
    }
    isInside = extra?.p === 1;
  }
  return whole;
}

function naiveRanges(text: string, pattern: string, query: SearchQuery): (readonly [number, number])[] {
  if (query.regex === true) return matchesOf(regexOf(pattern, query), text);
  const literal = pattern.replace(/[$()*+./?[\\\]^{|}]/gu, '\\$&');
  const flags = query.case === true ? 'vy' : 'viy';
  if (query.word !== true) return matchesOf(new RegExp(literal, flags.replace('y', 'g')), text);
  // Each place in turn, as one would do by hand.
  const sticky = new RegExp(literal, flags);
  const ranges: (readonly [number, number])[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    sticky.lastIndex = at;
    const [found] = sticky.exec(text) ?? [];
    if (found === undefined || sticky.lastIndex !== at + found.length) continue;
    const end = at + found.length;
    if (isWordAt(text, at - 1, -1) || isWordAt(text, end, 1)) continue;
    ranges.push([at, end]);
    at = end - 1;
  }
  return ranges;
}

function isWordAt(text: string, at: number, direction: 1 | -1): boolean {
  const isPair = direction === -1 && (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  const point = text.codePointAt(isPair ? at - 1 : at);
  return point !== undefined && WORD.test(String.fromCodePoint(point));
}

function matchesOf(pattern: RegExp, text: string): (readonly [number, number])[] {
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length]);
}

function regexOf(source: string, { case: isExact, word }: SearchQuery): RegExp {
  const flags = isExact === true ? 'g' : 'gi';
  const whole = word === true ? `(?<![\\p{L}\\p{Nd}_])(?:${source})(?![\\p{L}\\p{Nd}_])` : source;
  return new RegExp(whole, `${flags}v`);
}
