/**
 * C0, DEL and C1 except the tab; default ignorable characters, line separators and annotations; piled up marks. Every
 * text that may need a chip has one of these.
 */
const SPECIAL = /[^\P{Cc}\t]|[\p{DI}\u2028\u2029\ufff9-\ufffb]|\p{M}{9}/u;

/** Whether a line has only printable characters and tabs, and can be shown as it is. */
export function isPlain(text: string): boolean {
  return !SPECIAL.test(text);
}
