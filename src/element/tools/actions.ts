import type { TextSize } from '../attributes.ts';

/** What the reader can do from the toolbar, its menu and the button for new lines. */
export interface ToolActions {
  follow(): void;
  wrap(): void;
  time(): void;
  size(size: TextSize): void;
  copy(): void;
  download(): void;
  error(): void;
  previousError(): void;
  warning(): void;
  previousWarning(): void;
  /** Counts the entries of a log whose server counts none, by reading all of it. */
  count(): void;
  /** Opens the menu that shows only some levels, below a button. */
  levels(opener?: HTMLElement): void;
  /** Opens the search. */
  find(): void;
  /** Asks for a line or a time to go to. */
  goToLine(): void;
  copyLink(): void;
  copyMarkdown(): void;
  /** Shows all keys. */
  help(): void;
  /** Tells of the end and of errors while the reader is in another tab, or no more. */
  notify(): void;
  start(): void;
  end(): void;
}

/** What keys do, apart from scrolling. */
export interface KeyActions extends ToolActions {
  /** Shows structured lines raw, or with all but their message muted. */
  raw(): void;
  /** Goes to the next match of the search, or the previous one (`isBackwards`). */
  nextMatch(isBackwards: boolean): void;
  selectAll(): void;
  closeGroups(): void;
  openGroups(): void;
  /** Acts on the current line, or moves the focus to the first button or link on screen. */
  enter(): void;
  /** Opens or closes the group that the current line begins. Returns false if it begins none, or that is open or closed already. */
  expand(isOpen: boolean): boolean;
  escape(): void;
}
