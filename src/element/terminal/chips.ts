import { isControl } from '../../protocol/terminal/controls.ts';

/** C0 from 0 on, by the abbreviations of ECMA-48: pictures of them (U+2400 …) are empty boxes in most fonts. */
const C0 = 'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(' ');

/** Invisible characters by the abbreviations of the Unicode charts: code point and name. Others are named by their code point. */
const NAMES =
  'ad SHY 34f CGJ 61c ALM 180e MVS 200b ZWSP 200c ZWNJ 200d ZWJ 200e LRM 200f RLM 2028 LS 2029 PS 202a LRE 202b RLE 202c PDF 202d LRO 202e RLO 2060 WJ 2066 LRI 2067 RLI 2068 FSI 2069 PDI 3164 HF feff BOM'.split(
    ' ',
  );

const TAG = 0xe0000;
const MARK = /^\p{M}/u;

/** The name on the chip of this text; it takes a column for each letter. */
export function chipName(text: string): string {
  const code = text.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (isControl(code)) return C0[code] ?? (code === 0x7f ? 'DEL' : hex.toUpperCase());
  const known = NAMES.indexOf(hex);
  if (known !== -1) return NAMES[known + 1] ?? '';
  if (code >= 0xfe00 && code <= 0xfe0f) return `VS${code - 0xfe00 + 1}`;
  if (code > TAG + 0x20 && code < TAG + 0x7f) return `TAG ${String.fromCharCode(code - TAG)}`;
  // Excess marks: their number.
  if (MARK.test(text) && Array.from(text).length > 1) return `+${Array.from(text).length}`;
  return hex.toUpperCase();
}

/** The text in the document for a chip, of the same length: visible pictures, which have no effect. */
export function chipPicture(text: string): string {
  const code = text.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd'.repeat(text.length);
}
