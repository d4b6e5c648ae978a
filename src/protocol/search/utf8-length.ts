const BEYOND_ASCII = /[^\0-\x7f]/u;

/** How many bytes a text has in UTF-8, where a lone surrogate becomes U+FFFD. */
export function utf8Length(text: string): number {
  if (!BEYOND_ASCII.test(text)) return text.length;
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) bytes += 1;
    if (unit < 0x800) continue;
    const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    // The two units of a pair have four bytes together.
    if (isPair) at += 1;
    bytes += 1;
  }
  return bytes;
}
