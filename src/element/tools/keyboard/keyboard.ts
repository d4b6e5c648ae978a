import type { Range } from '../../../worker/api.ts';
import { isComposed, type KeyInput } from '../../util/keys.ts';
import type { KeyActions } from '../actions.ts';
import { runKey } from './run-key.ts';
import { KeyReader, type KeyCommand } from './key-reader.ts';
import type { CurrentLine } from '../current/current-line.ts';
import { RowFocus, lineAround } from './row-focus.ts';

/** Keys that press whatever has the focus. */
const PRESSES: ReadonlySet<string> = new Set(['Enter', ' ']);

/** What keys do with a row, and its buttons do, too. */
export type RowAction = 'enter' | 'expand';

export interface KeyboardHost {
  readonly current: CurrentLine;
  readonly scroller: HTMLElement;
  readonly actions: Omit<KeyActions, RowAction>;
  /** Enter was pressed. Returns whether that is all it does. */
  entered(): boolean;
  /** Whether single characters act as keys. */
  hasShortcuts(): boolean;
  /** The lines that are selected as a whole. */
  selected(): Range | undefined;
}

/** Runs what the keys pressed in the log stand for. The result does so for one that was pressed before. */
export function listenForKeys(host: KeyboardHost): (key: KeyInput) => void {
  const { scroller, current, selected } = host;
  const keys = new KeyReader();
  const rowFocus = new RowFocus(scroller);
  const hasCurrent = (): boolean => current.line !== undefined;
  const actions: KeyActions = {
    ...host.actions,
    enter: () => {
      if (!host.entered()) rowFocus.enter(selected(), hasCurrent());
    },
    expand: (isOpen) => hasCurrent() && rowFocus.expand(isOpen),
  };
  const run = (command: KeyCommand): void => runKey(command, current, scroller, actions);
  scroller.addEventListener('keydown', (event) => {
    if (isComposed(event)) return;
    const isInRows = event.target !== scroller;
    // The browser presses buttons and follows links within the log.
    if (isInRows && PRESSES.has(event.key)) return;
    if (isInRows && rowFocus.move(event)) return event.preventDefault();
    const command = keys.read(event, host.hasShortcuts());
    if (command === undefined) return;
    event.preventDefault();
    if (isInRows) {
      current.line = lineAround(event.target) ?? current.line;
      rowFocus.leave();
    }
    if (command === 'right' && !isInRows && current.line !== undefined && rowFocus.enterFields()) return;
    run(command);
  });
  return (key) => {
    const command = keys.read(key, host.hasShortcuts());
    if (command !== undefined) run(command);
  };
}
