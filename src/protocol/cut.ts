import { ESC, readEscape } from './escape.ts';
import { LIMITS } from './limits.ts';

/** How far around an index an escape sequence that spans it is searched for. A longer one may be cut. */
const SEQUENCE_WINDOW = LIMITS.escapeLength + 4;
/** How far around an index the grapheme cluster that spans it is searched for. */
const CLUSTER_WINDOW = 2_048;

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The last index up to `at`, and after `from`, where a text may be cut. A cut never splits an escape sequence, a code
 * point or a grapheme cluster, unless that alone is longer than the room between `from` and `at`.
 *
 * Only the text from `from` to the character at `at` decides, so that the answer is the same however much of the text has
 * arrived: a sequence still open there counts as one, also when a later character cancels it. The cost depends neither on
 * the length of the text nor on `at`.
 */
export function cutBefore(text: string, at: number, from = 0): number {
  if (at >= text.length) return text.length;
  const place = settled(text, at, { from, to: at + 1 }, (span) => span.from) ?? from;
  if (place > from) return place;
  const whole = betweenPairs(text, at) ? at : at - 1;
  return whole > from ? whole : from + (betweenPairs(text, from + 1) ? 1 : 2);
}

/** The first index from `at` on where a text may be cut. What must not be split is as for {@link cutBefore}. */
export function cutAfter(text: string, at: number): number {
  if (at <= 0) return 0;
  const place = settled(text, at, { from: 0, to: text.length }, (span) => span.to);
  return place ?? (betweenPairs(text, at) ? at : at + 1);
}

/** Where the escape sequence begins that is unfinished at the end of a text; the length of the text if there is none. */
export function openSequence(text: string): number {
  return spanAcross(text, text.length, { from: 0, to: text.length })?.from ?? text.length;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Moves `at` out of every span around it, in the direction of `leave`; undefined if that leads too far away. */
function settled(text: string, at: number, visible: Span, leave: (span: Span) => number): number | undefined {
  let place = at;
  while (Math.abs(place - at) <= SEQUENCE_WINDOW) {
    const span = spanAcross(text, place, visible);
    const next = span === undefined ? place : leave(span);
    if (next === place) return place;
    place = next;
  }
  return undefined;
}

/**
 * The escape sequence or grapheme cluster that begins before `at` and ends after it, as far as the visible part of the
 * text tells. The end of a sequence joins no cluster.
 */
function spanAcross(text: string, at: number, visible: Span): Span | undefined {
  const base = Math.max(visible.from, at - SEQUENCE_WINDOW);
  const before = text.slice(base, at);
  const last = before.lastIndexOf(ESC);
  if (last === -1) return clusterAcross(text, at, visible.from);
  // The last ESC may be the first half of the terminator (ESC \) of a string sequence that began before it.
  const one = last === 0 ? -1 : before.lastIndexOf(ESC, last - 1);
  const around = text.slice(base, Math.min(visible.to, at + SEQUENCE_WINDOW));
  let floor = visible.from;
  for (const start of one === -1 ? [last] : [one, last]) {
    const { kind, end } = readEscape(around, start);
    if (base + end > at || (kind === 'cut' && at === text.length)) return { from: base + start, to: base + end };
    floor = base + end;
  }
  return clusterAcross(text, at, floor);
}

/** The grapheme cluster that begins before `at` and ends after it. */
function clusterAcross(text: string, at: number, floor: number): Span | undefined {
  if (at <= floor || at >= text.length) return undefined;
  if (isSimple(text.charCodeAt(at)) && isSimple(text.charCodeAt(at - 1))) return undefined;
  const base = clusterStart(text, at, floor);
  const around = text.slice(base, at + CLUSTER_WINDOW);
  const segment = SEGMENTER.segment(around).containing(at - base);
  const from = base + (segment?.index ?? at - base);
  return segment === undefined || from >= at ? undefined : { from, to: from + segment.segment.length };
}

/** An index before `at` where a cluster certainly begins, or the farthest one that is looked at. */
function clusterStart(text: string, at: number, floor: number): number {
  const farthest = Math.max(floor, at - CLUSTER_WINDOW);
  let start = at - 1;
  while (start > farthest && !isSimple(text.charCodeAt(start))) start -= 1;
  return start === floor || betweenPairs(text, start) ? start : start - 1;
}

/** Whether a character always begins a cluster: all below U+0300, and most of Chinese and Japanese. */
function isSimple(code: number): boolean {
  return code < 0x300 || (code >= 0x3400 && code <= 0x9fff) || (code >= 0x3041 && code <= 0x3096);
}

/** Whether an index is outside a surrogate pair. */
function betweenPairs(text: string, at: number): boolean {
  return !isHigh(text.charCodeAt(at - 1)) || !isLow(text.charCodeAt(at));
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
