import { LIMITS } from './limits.ts';

/**
 * One escape sequence (ECMA-48): `csi` with its parameters and final byte, `osc` with its text in `params`, `string`
 * for DCS, SOS, PM and APC, `esc` for all two- and three-character ones. `cut`: the text ends before the sequence.
 */
export interface EscapeSequence {
  readonly kind: 'csi' | 'osc' | 'string' | 'esc' | 'cut';
  /** Index after the sequence. */
  readonly end: number;
  /** CSI parameter bytes, or the text of an OSC; otherwise empty. */
  readonly params: string;
  /** CSI intermediate bytes and final byte, or the final character of an `esc`; otherwise empty. */
  readonly final: string;
}

export const ESC = '\x1b';

const CSI = /[0-?]*[ -/]*[@-~]/uy;

/**
 * Reads the escape sequence at `at`, where `text` has an ESC. Always advances past the ESC, by at most 4 KiB, and reads each
 * character a bounded number of times. Where the text is a whole line (`whole`), a string sequence may be as long as that line if
 * it is terminated: pictures are hundreds of kilobytes.
 */
export function readEscape(text: string, at: number, whole = false): EscapeSequence {
  const introducer = text[at + 1];
  switch (introducer) {
    case undefined:
      return cut(text);
    case '[':
      return readCsi(text, at + 2);
    case ']':
      return readString(text, at + 2, 'osc', whole);
    case 'P':
    case 'X':
    case '^':
    case '_':
      return readString(text, at + 2, 'string', whole);
    default:
      return readShort(text, at);
  }
}

function readShort(text: string, at: number): EscapeSequence {
  const limit = Math.min(text.length, at + 1 + LIMITS.escapeLength);
  let final = at + 1;
  while (final < limit && text.charCodeAt(final) >= 0x20 && text.charCodeAt(final) <= 0x2f) final += 1;
  if (final === text.length) return cut(text);
  const code = text.charCodeAt(final);
  // A control character cancels the sequence: only the ESC is skipped.
  if (code < 0x30 || code > 0x7e) return { kind: 'esc', end: at + 1, params: '', final: '' };
  return { kind: 'esc', end: final + 1, params: '', final: text.slice(at + 1, final + 1) };
}

function readCsi(text: string, from: number): EscapeSequence {
  CSI.lastIndex = from;
  const match = CSI.exec(text);
  if (match !== null && CSI.lastIndex - from <= LIMITS.escapeLength) {
    const end = CSI.lastIndex;
    let body = from;
    while (body < end - 1 && text.charCodeAt(body) >= 0x30 && text.charCodeAt(body) <= 0x3f) body += 1;
    return { kind: 'csi', end, params: text.slice(from, body), final: text.slice(body, end) };
  }
  const limit = Math.min(text.length, from + LIMITS.escapeLength);
  let end = from;
  while (end < limit && text.charCodeAt(end) >= 0x20 && text.charCodeAt(end) <= 0x3f) end += 1;
  // Cancelled by a character that is invalid in a CSI, or too long: skip what was read.
  return end === text.length ? cut(text) : { kind: 'esc', end, params: '', final: '' };
}

function readString(text: string, from: number, kind: 'osc' | 'string', whole: boolean): EscapeSequence {
  const limit = Math.min(text.length, from + LIMITS.escapeLength);
  const end = whole ? text.length : limit;
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x07 || code === 0x9c) return { kind, end: at + 1, params: text.slice(from, at), final: '' };
    if (code === 0x1b) {
      // ESC \ terminates; any other ESC cancels this sequence and begins its own.
      if (at + 1 === text.length) return cut(text);
      const terminated = text[at + 1] === '\\';
      return terminated ? { kind, end: at + 2, params: text.slice(from, at), final: '' } : { kind: 'esc', end: at, params: '', final: '' };
    }
  }
  return limit === text.length ? cut(text) : { kind: 'esc', end: limit, params: '', final: '' };
}

function cut(text: string): EscapeSequence {
  return { kind: 'cut', end: text.length, params: '', final: '' };
}
