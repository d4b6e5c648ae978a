/** The switches of the bar. */
export interface FindMode {
  readonly case: boolean;
  readonly word: boolean;
  readonly regex: boolean;
}

/** What a page searches for. Apart from the search itself, whose types a page that imports the element has no use for. */
export interface FindOptions extends Partial<FindMode> {
  /** Lines with this text are left out. */
  readonly without?: string | undefined;
  /** Only lines of this level or above, as an OpenTelemetry SeverityNumber: 13 warnings, 17 errors. */
  readonly level?: number | undefined;
  /** Only the lines found are shown, with the headers of their groups. @default false */
  readonly only?: boolean | undefined;
  /** How many lines are shown before and after each, if only those found are. @default 0 */
  readonly context?: number | undefined;
}
