import type { EscapeSequence } from '../escape.ts';

/** ESC 7, CSI s: saves the cursor position. */
export function isSave({ kind, params, final }: EscapeSequence): boolean {
  return (kind === 'esc' && final === '7') || (kind === 'csi' && final === 's' && params === '');
}

/** ESC 8, CSI u: restores it. */
export function isRestore({ kind, params, final }: EscapeSequence): boolean {
  return (kind === 'esc' && final === '8') || (kind === 'csi' && final === 'u' && params === '');
}

/** CSI H, CSI f: moves the cursor to a row and column of the screen. */
export function isPlace({ kind, params, final }: EscapeSequence): boolean {
  return kind === 'csi' && (final === 'H' || final === 'f') && /^[\d;]*$/u.test(params);
}

/** The parameter at `index`; `otherwise` if it is omitted. */
export function parameter(params: string, index: number, otherwise: number): number {
  const value = params.split(';')[index] ?? '';
  return /^\d+$/u.test(value) ? Number(value) : otherwise;
}

/** The characters that end sequences which move the cursor, erase, insert or delete. */
const ACTIONS = '@ABCDEFGHJKPXadefsu`';

/** Whether a sequence acts on the cursor or on text that is there already. All others only say how further text looks, or nothing. */
export function actsOnScreen({ kind, params, final }: EscapeSequence): boolean {
  if (kind === 'csi') return final.length === 1 && ACTIONS.includes(final) && /^[\d;]*$/u.test(params);
  return kind === 'esc' && final.length === 1 && '78DEMc'.includes(final);
}
