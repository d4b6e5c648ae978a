import type { CSSResult } from 'lit';
import type { Range } from '../../worker/api.ts';

/** What the viewport tells the element. */
export interface ViewportListener {
  /** The lines to request from the log, and how many of the newest to receive as they come; called when either changes. */
  requested(want: readonly Range[], tail: number): void;
  followed(following: boolean): void;
  picked(line: number, extend: boolean): void;
  /** The reader asked to copy a long line, stored as these lines. */
  copied(range: Range): void;
  retry(): void;
  /** Something that is drawn from now on needs these styles. */
  styled(styles: readonly CSSResult[]): void;
  /** After each frame. */
  committed(): void;
}
