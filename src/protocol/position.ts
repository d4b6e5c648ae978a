/**
 * A place in a log: everything up to and including line `offset` of its epoch. A log without lines has no epoch yet; its
 * position is {@link NOWHERE}, written `-0`.
 */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** The position of a log without lines. */
export const NOWHERE: Position = { epoch: '', offset: 0 };

/** Where a subscriber wants to start: `now`, or after a line; `epoch` undefined stands for the log's present epoch. */
export type Asked = 'now' | { readonly epoch: string | undefined; readonly offset: number };

const POSITION = /^([^-\s]{1,64})-(0|[1-9]\d{0,15})$/u;
const NUMBER = /^(?:0|[1-9]\d{0,15})$/u;

export function formatPosition({ epoch, offset }: Position): string {
  return `${epoch}-${offset}`;
}

/** Reads `EPOCH-OFFSET` or `-0`; undefined when the text is neither. */
export function parsePosition(text: string): Position | undefined {
  if (text === '-0') return NOWHERE;
  const match = POSITION.exec(text);
  if (match?.[1] === undefined) return undefined;
  const offset = Number(match[2]);
  return Number.isSafeInteger(offset) ? { epoch: match[1], offset } : undefined;
}

/** Reads a line number: an integer from 0, without sign or leading zeros. */
export function parseOffset(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const offset = Number(text);
  return Number.isSafeInteger(offset) ? offset : undefined;
}

/** Reads the value of an entry in a subscribe frame; undefined when it cannot be read. */
export function parseAsked(value: unknown): Asked | undefined {
  if (value === '') return 'now';
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? { epoch: undefined, offset: value } : undefined;
  if (typeof value !== 'string') return undefined;
  const offset = parseOffset(value);
  if (offset !== undefined) return { epoch: undefined, offset };
  const position = parsePosition(value);
  if (position === undefined) return undefined;
  // `-0` is the position of a log without lines: start with the first line of the present epoch.
  return position.epoch === '' ? { epoch: undefined, offset: 0 } : position;
}
