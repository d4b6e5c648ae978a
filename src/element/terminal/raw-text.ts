/** Characters of a line that are shown raw, at most. */
export const MAX_RAW = 16_384;

const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/gu;

/**
 * A line as it was written, with a visible character in place of each control character: pictures for C0 and DEL, their number
 * for C1, which have none. It has no escape sequences any more, so all of its text can be seen.
 */
export function rawText(text: string): string {
  const cut = text.length > MAX_RAW ? `${text.slice(0, MAX_RAW)}…` : text;
  return cut.replace(CONTROLS, (control) => {
    const code = control.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `\\x${code.toString(16)}`;
  });
}
