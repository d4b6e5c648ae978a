/** The background of rows: its computed colour, and whether the theme is the light one. */
export interface Ground {
  readonly color: string;
  readonly isLight: boolean;
}
