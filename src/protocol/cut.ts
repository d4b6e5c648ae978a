import { ESC, readEscape } from './escape.ts';
import { LIMITS } from './limits.ts';

/** How far around a place is looked for an escape sequence that reaches across it. A longer one may be cut. */
const SEQUENCE_WINDOW = LIMITS.escapeLength + 4;
/** How far around a place is looked for what a reader takes for one character. */
const CLUSTER_WINDOW = 2_048;

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The last place up to `at` where a text may be cut, beyond `from`. A cut never splits an escape sequence, a character,
 * or what a reader takes for one character; what is longer than all that lies between is cut all the same. What stands before `from`
 * does not matter. The cost depends neither on the length of the text nor on `at`.
 */
export function cutBefore(text: string, at: number, from = 0): number {
  if (at >= text.length) return text.length;
  const place = settled(text, at, from, (span) => span.from) ?? from;
  if (place > from) return place;
  const whole = betweenPairs(text, at) ? at : at - 1;
  return whole > from ? whole : from + (betweenPairs(text, from + 1) ? 1 : 2);
}

/** The first place from `at` on where a text may be cut, as {@link cutBefore}. */
export function cutAfter(text: string, at: number): number {
  if (at <= 0) return 0;
  const place = settled(text, at, 0, (span) => span.to);
  return place ?? (betweenPairs(text, at) ? at : at + 1);
}

/** Where an escape sequence begins that the end of a text cuts off; the length of the text if there is none. */
export function openSequence(text: string): number {
  return sequenceAcross(text, text.length, 0)?.from ?? text.length;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Leaves what `at` is in the middle of, in one direction, until it is in the middle of nothing; undefined if that is too far away. */
function settled(text: string, at: number, floor: number, leave: (span: Span) => number): number | undefined {
  let place = at;
  while (Math.abs(place - at) <= SEQUENCE_WINDOW) {
    const span = sequenceAcross(text, place, floor) ?? clusterAcross(text, place, floor);
    const next = span === undefined ? place : leave(span);
    if (next === place) return place;
    place = next;
  }
  return undefined;
}

/** The escape sequence that has begun before `at` and goes on there. */
function sequenceAcross(text: string, at: number, floor: number): Span | undefined {
  const base = Math.max(floor, at - SEQUENCE_WINDOW);
  const before = text.slice(base, at);
  const last = before.lastIndexOf(ESC);
  if (last === -1) return undefined;
  // The last ESC may be half of the end of the string that the one before it began.
  const one = last === 0 ? -1 : before.lastIndexOf(ESC, last - 1);
  const around = text.slice(base, at + SEQUENCE_WINDOW);
  for (const start of one === -1 ? [last] : [one, last]) {
    const { kind, end } = readEscape(around, start);
    if (base + end > at || (kind === 'cut' && at === text.length)) return { from: base + start, to: base + end };
  }
  return undefined;
}

/** What a reader takes for one character, where it goes on at `at`. */
function clusterAcross(text: string, at: number, floor: number): Span | undefined {
  if (at <= floor || at >= text.length) return undefined;
  if (isSimple(text.charCodeAt(at)) && isSimple(text.charCodeAt(at - 1))) return undefined;
  const base = clusterStart(text, at, floor);
  const around = text.slice(base, at + CLUSTER_WINDOW);
  const segment = SEGMENTER.segment(around).containing(at - base);
  const from = base + (segment?.index ?? at - base);
  return segment === undefined || from >= at ? undefined : { from, to: from + segment.segment.length };
}

/** A place before `at` at which a cluster begins for certain; else one that is far enough away. */
function clusterStart(text: string, at: number, floor: number): number {
  const farthest = Math.max(floor, at - CLUSTER_WINDOW);
  let start = at - 1;
  while (start > farthest && !isSimple(text.charCodeAt(start))) start -= 1;
  return start === floor || betweenPairs(text, start) ? start : start - 1;
}

/** Whether a character begins a cluster wherever it stands: what is below U+0300, and most of Chinese and Japanese. */
function isSimple(code: number): boolean {
  return code < 0x300 || (code >= 0x3400 && code <= 0x9fff) || (code >= 0x3041 && code <= 0x3096);
}

/** Whether a place is not in the middle of a surrogate pair. */
function betweenPairs(text: string, at: number): boolean {
  return !isHigh(text.charCodeAt(at - 1)) || !isLow(text.charCodeAt(at));
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
