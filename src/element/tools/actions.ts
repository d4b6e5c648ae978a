/** What the reader can do from the toolbar, its menu and the button for new lines. */
export interface ToolActions {
  follow(): void;
  wrap(): void;
  time(): void;
  copy(): void;
  download(): void;
  error(): void;
  start(): void;
  end(): void;
}

/** What keys do, apart from scrolling. */
export interface KeyActions extends ToolActions {
  copyLink(): void;
  previousError(): void;
  selectAll(): void;
  closeGroups(): void;
  openGroups(): void;
  /** Moves the focus to the first button or link on screen. */
  enter(): void;
  escape(): void;
}
