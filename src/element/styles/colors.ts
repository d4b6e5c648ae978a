/** A colour by the name of its custom property, without `--ls-`: its values in the dark and in the light theme. */
export type Token = readonly [name: string, dark: string, light: string];

/** The colours of the theme by the name of their custom property, without `--ls-`. Every text colour is AA on every row background. */
export const TOKENS: readonly Token[] = [
  ['bg', '#0e1116', '#ffffff'],
  ['fg', '#e6edf3', '#1f2328'],
  ['surface', '#161b22', '#f6f8fa'],
  ['hover', '#1e242c', '#ebeef2'],
  ['muted', '#8b949e', '#59636e'],
  ['border', '#30363d', '#d1d9e0'],
  ['edge', '#6e7681', '#818b98'],
  ['accent', '#4493f8', '#0969da'],
  ['focus', '#4493f8', '#0969da'],
  ['pill', '#1f6feb', '#0969da'],
  ['sel', '#132339', '#ddf0ff'],
  ['gap', '#1c2129', '#f0f2f4'],
  ['err-bg', '#2a1618', '#fff0f0'],
  ['err', '#f85149', '#d1242f'],
  ['warn-bg', '#2b2210', '#fff8e1'],
  ['warn', '#d29922', '#9a6700'],
  ['ok', '#3fb950', '#1a7f37'],
  ['match-bg', '#e3b341', '#ffdf5d'],
  ['match-fg', '#0e1116', '#1f2328'],
  ['match-current', '#ff8c3a', '#ffb454'],
  ['ansi-4', '#6cb0ff', '#0550ae'],
];
