import { ByteAutomaton } from './byte-automaton.ts';
import { MARK_PATTERNS } from './mark-patterns.ts';
import { PatternFilter } from './pattern-filter.ts';

const NEWLINE = 0x0a;
const ESCAPE = 0x1b;
/** Bytes of a sequence that is passed over, at most. */
const LONGEST = 128;

const filter = new PatternFilter(MARK_PATTERNS);
const automaton = new ByteAutomaton(MARK_PATTERNS);

/**
 * Where the first line begins, from the one at `from` on, that may have a mark of its own; -1 if none may. `bytes` are lines in UTF-8
 * with `\n` between them. A line that it passes over has no level, no markers of groups, and moves to no other row of the screen; it
 * continues no entry but one of a warning or worse, or of a stack trace. Takes about as long as reading the bytes once.
 */
export function nextMarked(bytes: Uint8Array, from: number): number {
  for (let at = from; ;) {
    const found = firstFound(filter, bytes, at, bytes.length);
    if (found === -1) return -1;
    const start = startOfLine(bytes, found);
    const next = bytes.indexOf(NEWLINE, found);
    const end = next === -1 ? bytes.length : next;
    if (firstFound(automaton, bytes, start, end) !== -1) return start;
    at = end + 1;
  }
}

/** The first byte of lines with which a reader finds something, or the end of them; -1 if it finds nothing. */
function firstFound(reader: PatternFilter | ByteAutomaton, bytes: Uint8Array, from: number, to: number): number {
  reader.restart();
  reader.step(NEWLINE);
  for (let at = reader.read(bytes, from, to); at < to;) {
    const end = bytes[at] === ESCAPE ? invisibleEnd(bytes, at) : at;
    if (end === at) return at;
    at = reader.read(bytes, end, to);
  }
  return from < to && reader.step(NEWLINE) ? to : -1;
}

/** Where the line begins that holds a byte, or ends with it. */
function startOfLine(bytes: Uint8Array, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
}

/** The end of a sequence that shows nothing and erases nothing but what follows: colours, erasure to the end, the time of Buildkite. */
function invisibleEnd(bytes: Uint8Array, escape: number): number {
  let at = escape + 2;
  if (bytes[escape + 1] === 0x5b) {
    for (; at < bytes.length && at < escape + LONGEST; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x6d) return at + 1;
      if (byte === 0x4b) return isErasureToEnd(bytes, escape + 2, at) ? at + 1 : escape;
      if (byte < 0x30 || byte > 0x3b) return escape;
    }
  } else if (bytes[escape + 1] === 0x5f) {
    for (; at < bytes.length && at < escape + LONGEST; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x07) return at + 1;
      if (byte < 0x20 || byte > 0x7e) return escape;
    }
  }
  return escape;
}

function isErasureToEnd(bytes: Uint8Array, from: number, to: number): boolean {
  return to === from || (to === from + 1 && bytes[from] === 0x30);
}
