/** Properties of a line, decided once when it was appended. */
export interface LineExtra {
  /** Written to stderr. */
  readonly s?: 'err';
  /** SGR parameters in force at the start of the line, canonical, joined by `;`. */
  readonly c?: string;
  /** The line continues in the next one, because it was longer than the limit. */
  readonly p?: 1;
}

/** A line as it is on the wire: when it was written (unix ms), its text and its other properties. */
export type Line = readonly [time: number, text: string, extra?: LineExtra];

/** Whether a parsed JSON value is a line. */
export function isLine(value: unknown): value is Line {
  if (!Array.isArray(value) || value.length < 2) return false;
  const [time, text, extra] = value as readonly unknown[];
  return Number.isFinite(time) && typeof text === 'string' && (extra === undefined || isLineExtra(extra));
}

function isLineExtra(value: unknown): value is LineExtra {
  if (typeof value !== 'object' || value === null) return false;
  const { s, c, p } = value as Record<string, unknown>;
  return (s === undefined || s === 'err') && (c === undefined || typeof c === 'string') && (p === undefined || p === 1);
}

/** The line in a parsed JSON value; unknown properties are dropped at any depth. Undefined if the value is not a line. */
export function readLine(value: unknown): Line | undefined {
  if (!isLine(value)) return undefined;
  const [time, text, extra] = value;
  if (extra === undefined) return [time, text];
  const { s, c, p } = extra;
  return [time, text, { ...(s === undefined ? {} : { s }), ...(c === undefined ? {} : { c }), ...(p === undefined ? {} : { p }) }];
}

/** The lines in a parsed JSON value; undefined if any of them is not a line. */
export function readLines(values: unknown): Line[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const lines: Line[] = [];
  for (const value of values as readonly unknown[]) {
    const line = readLine(value);
    if (line === undefined) return undefined;
    lines.push(line);
  }
  return lines;
}
