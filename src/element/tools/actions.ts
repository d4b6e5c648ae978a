/** What the reader can do from the toolbar, its menu and the button for new lines. */
export interface ToolActions {
  follow(): void;
  wrap(): void;
  time(): void;
  copy(): void;
  download(): void;
  error(): void;
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
  previousError(): void;
  selectAll(): void;
  /** Acts on the current line, or moves the focus to the first button or link on screen. */
  enter(): void;
  escape(): void;
}
