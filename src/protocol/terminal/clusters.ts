import { PLANES, charWidth } from './width.ts';

/** A grapheme cluster: a letter with its marks, an emoji of several code points, a flag. */
export interface GlyphCluster {
  /** Index after it. */
  readonly end: number;
  /** Its width in columns. */
  readonly cells: 0 | 1 | 2;
}

const ZWJ = 0x200d;
const EMOJI_STYLE = 0xfe0f;
const KEYCAP = 0x20e3;
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
/** Cache: 2 for a pictograph, 1 for any other character, 0 for unknown. */
const KNOWN = new Uint8Array(PLANES);

export const TAB_STOP = 8;

/** Length of the marks and format characters at `at`, which join the text before it. */
export function joinedLength(text: string, at = 0): number {
  let end = at;
  while (text.charCodeAt(end) >= 0x300) {
    const code = text.codePointAt(end) ?? 0;
    if (charWidth(code) !== 0) break;
    end += size(code);
  }
  return end - at;
}

/**
 * The cluster that begins at `at`. A mark at the start of `text` is a cluster of its own and one column wide; a format
 * character there has no width.
 */
export function readCluster(text: string, at: number): GlyphCluster {
  const base = text.codePointAt(at) ?? 0;
  let end = at + size(base);
  let cells = charWidth(base);
  if (cells === 0 && /^[^\p{Cf}]$/u.test(String.fromCodePoint(base))) cells = 1;
  // There are no marks below U+0300: most clusters end here.
  if (text.charCodeAt(end) >= 0x300 && isFlagPart(base) && isFlagPart(text.codePointAt(end) ?? 0)) {
    end += 2;
    cells = 2;
  }
  while (text.charCodeAt(end) >= 0x300) {
    const code = text.codePointAt(end) ?? 0;
    if (isSkin(code) ? !isPictograph(base) : charWidth(code) !== 0) break;
    end += size(code);
    if (code === EMOJI_STYLE && isPictograph(base)) cells = 2;
    else if (code === KEYCAP && isKey(base)) cells = 2;
    else if (code === ZWJ && isPictograph(base)) {
      const next = text.codePointAt(end) ?? 0;
      if (!isPictograph(next)) continue;
      end += size(next);
      cells = 2;
    }
  }
  return { end, cells };
}

/** As {@link readCluster}; format characters with nothing before them are read with the character that follows. */
export function readGlyph(text: string, at: number): GlyphCluster {
  let { end, cells } = readCluster(text, at);
  while (cells === 0 && end < text.length && text[end] !== '\t') ({ end, cells } = readCluster(text, end));
  return { end, cells };
}

function size(code: number): number {
  return code > 0xffff ? 2 : 1;
}

function isPictograph(code: number): boolean {
  if (code < 0xa9) return false;
  return (KNOWN[code] ||= PICTOGRAPH.test(String.fromCodePoint(code)) ? 2 : 1) === 2;
}

function isFlagPart(code: number): boolean {
  return code >= 0x1f1e6 && code <= 0x1f1ff;
}

function isSkin(code: number): boolean {
  return code >= 0x1f3fb && code <= 0x1f3ff;
}

function isKey(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x23 || code === 0x2a;
}
