/** C0 from 0 on, by the abbreviations of ECMA-48: pictures of them (U+2400 …) are empty boxes in most fonts. */
const C0 = 'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(' ');

/** Characters that must not act in a page: shown as a chip with a short name instead. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xad, 'SHY'],
  [0x61c, 'ALM'],
  [0x200e, 'LRM'],
  [0x200f, 'RLM'],
  [0x2028, 'LS'],
  [0x2029, 'PS'],
  [0x202a, 'LRE'],
  [0x202b, 'RLE'],
  [0x202c, 'PDF'],
  [0x202d, 'LRO'],
  [0x202e, 'RLO'],
  [0x2066, 'LRI'],
  [0x2067, 'RLI'],
  [0x2068, 'FSI'],
  [0x2069, 'PDI'],
]);

const BELL = 0x07;
const TAB = 0x09;

/** C0, DEL and C1 but the tab, line separators, bidirectional controls, the hyphen that only shows at an edge. */
const SPECIAL = /[^\P{Cc}\t]|[\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Whether a line can be shown as it is: nothing in it but printable characters and tabs. */
export function isPlain(text: string): boolean {
  return !SPECIAL.test(text);
}

/**
 * The text of the chip for a control character: itself for C0, DEL and C1, so that it is copied as it was written; the
 * name for bidirectional controls and line separators, which would act on what is around them wherever they are pasted.
 * Empty for the bell; undefined for what is no control character.
 */
export function controlText(code: number): string | undefined {
  if (code === TAB) return undefined;
  if (code === BELL) return '';
  if (isControl(code)) return String.fromCharCode(code);
  return code === 0xad || (code >= 0x61c && code <= 0x2069) ? NAMES.get(code) : undefined;
}

/** Whether this is C0, DEL or C1. */
export function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/** What is to be read on the chip with this text; it takes a column for each letter. */
export function chipName(text: string): string {
  const code = text.charCodeAt(0);
  if (!isControl(code)) return text;
  return C0[code] ?? (code === 0x7f ? 'DEL' : code.toString(16).toUpperCase());
}

/** What stands in the document for the text of a chip, of the same length: for a control character a picture, which cannot act. */
export function chipPicture(text: string): string {
  const code = text.charCodeAt(0);
  if (!isControl(code)) return text;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
