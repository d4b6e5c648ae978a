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
 * What to show for a control character: a picture for C0 and DEL, the code for C1, the name for bidirectional
 * controls and line separators; empty for the bell; undefined for what is no control character.
 */
export function controlPicture(code: number): string | undefined {
  if (code < 0x20) return code === TAB ? undefined : code === BELL ? '' : String.fromCharCode(0x2400 + code);
  if (code < 0x7f) return undefined;
  if (code === 0x7f) return '␡';
  if (code < 0xa0) return code.toString(16).toUpperCase();
  return code === 0xad || (code >= 0x61c && code <= 0x2069) ? NAMES.get(code) : undefined;
}
