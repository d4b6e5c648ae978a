/** How many rows lines take; a number of rows need not be whole. */
export interface LineRows {
  /** Rows of all lines before `line`. */
  before(line: number): number;
  /** The line in which the row lies that has `rows` rows before it. */
  lineAt(rows: number): number;
}
