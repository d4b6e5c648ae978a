/** Properties of a line, decided once when it was appended. */
export interface LineExtra {
  /** Written to stderr. */
  readonly s?: 'err';
  /** SGR parameters in force at the start of the line, canonical, joined by `;`. */
  readonly c?: string;
  /** The line continues in the next one, because it was longer than the limit. */
  readonly p?: 1;
  /** Level, as an OpenTelemetry SeverityNumber (1 to 24): its own, or that of the entry it continues. */
  readonly l?: number;
  /** It continues the entry above it, and is not counted. */
  readonly k?: 1;
  /** It rewrites a row that was counted at this level or above, and is not counted. */
  readonly r?: 1;
  /** A group begins with it. */
  readonly g?: GroupStart;
  /** How many groups end: before it if one begins with it, otherwise with it. */
  readonly e?: number;
  /** The group that ended last, or is open, is to be shown open. */
  readonly u?: 1;
}

/** Characters of a title, at most. */
export const MAX_TITLE = 200;
/** The deepest a group may be nested; the outermost have the depth 0. */
export const MAX_GROUP_DEPTH = 31;

/** The beginning of a group of lines. */
export interface GroupStart {
  /** Title. */
  readonly t: string;
  /** Depth, from 0. */
  readonly d: number;
  /** How its author wants it: 0 closed, 1 open. */
  readonly o?: 0 | 1;
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
  return [time, text, { ...(s && { s }), ...(c !== undefined && { c }), ...(p && { p }), ...readMarks(extra) }];
}

/** The marks among the keys of an extra that comes from elsewhere. Marks only add to a line: a bad one is dropped. */
function readMarks({ l, k, r, g, e, u }: Record<keyof LineExtra, unknown> | LineExtra): Partial<LineExtra> {
  const start = readGroupStart(g);
  return {
    ...(isWhole(l, 1, 24) && { l }),
    ...(k === 1 && { k }),
    ...(r === 1 && { r }),
    ...(start && { g: start }),
    ...(isWhole(e, 1, MAX_GROUP_DEPTH + 1) && { e }),
    ...(u === 1 && { u }),
  };
}

function readGroupStart(value: unknown): GroupStart | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { t, d, o } = value as Record<string, unknown>;
  if (typeof t !== 'string' || t.length > MAX_TITLE || !isWhole(d, 0, MAX_GROUP_DEPTH)) return undefined;
  return { t, d, ...((o === 0 || o === 1) && { o }) };
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
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
