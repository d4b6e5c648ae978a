/** What the reader can do from the toolbar, its menu and the button for new lines. */
export interface ToolActions {
  follow(): void;
  wrap(): void;
  time(): void;
  copy(): void;
  download(): void;
  error(): void;
  previousError(): void;
  warning(): void;
  previousWarning(): void;
  /** Opens the search. */
  find(): void;
  start(): void;
  end(): void;
}

/** What keys do, apart from scrolling. */
export interface KeyActions extends ToolActions {
  copyLink(): void;
  /** Goes to the next match of the search, or the previous one (`isBackwards`). */
  nextMatch(isBackwards: boolean): void;
  selectAll(): void;
  closeGroups(): void;
  openGroups(): void;
  /** Moves the focus to the first button or link on screen. */
  enter(): void;
  escape(): void;
}
