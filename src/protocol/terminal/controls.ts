export const BELL = 0x07;
export const BACKSPACE = 0x08;
export const TAB = 0x09;
export const RETURN = 0x0d;

/** Whether this is C0, DEL or C1. */
export function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}
