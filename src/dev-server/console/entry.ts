import { isFailure, outcomeOf } from '../../element/outcome.ts';
import { STRINGS } from '../../element/strings.ts';
import { ago, lineCount, span } from './format.ts';

const STATES = ['running', 'stopping', 'exited', 'stopped', 'broken-off', 'open', 'ended'] as const;
type EntryState = (typeof STATES)[number];

/** A log of the list, as the server describes it. Times are unix ms. */
export interface Entry {
  readonly channel: string;
  /** The command of a job; undefined for other logs. */
  readonly command: string | undefined;
  readonly state: EntryState;
  readonly code: number | undefined;
  readonly lines: number;
  readonly startedAt: number | undefined;
  readonly changedAt: number;
}

/** The status of a log, by which it gets a shape and a colour. */
export type EntryStatus = 'running' | 'ok' | 'failed' | 'stopped' | 'interrupted' | 'active' | 'unwritten';

/** Reads an entry; undefined for anything else. */
export function parseEntry(value: unknown): Entry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { channel, command, state, code, lines, startedAt, changedAt } = value as Record<string, unknown>;
  const known = STATES.find((name) => name === state);
  if (typeof channel !== 'string' || known === undefined || typeof lines !== 'number' || typeof changedAt !== 'number') return undefined;
  return { channel, command: text(command), state: known, code: number(code), lines, startedAt: number(startedAt), changedAt };
}

export function isRunning({ state }: Entry): boolean {
  return state === 'running' || state === 'stopping';
}

export function nameOf({ command, channel }: Entry): string {
  return command ?? channel;
}

export function statusOfEntry({ state, code, changedAt }: Entry): EntryStatus {
  switch (state) {
    case 'running':
    case 'stopping':
      return 'running';
    case 'open':
      return changedAt === 0 ? 'unwritten' : 'active';
    case 'broken-off':
      return 'interrupted';
    default:
      if (isFailure(code)) return 'failed';
      return outcomeOf(code) === 'succeeded' ? 'ok' : 'stopped';
  }
}

/** The state in words; of a log that has ended, the outcome as the viewer has it, which goes by the exit code alone. */
export function stateText({ state, code, changedAt }: Entry): string {
  switch (state) {
    case 'running':
      return 'Running';
    case 'stopping':
      return 'Stopping…';
    case 'open':
      return changedAt === 0 ? 'Not written yet' : STRINGS.state.live;
    case 'broken-off':
      return `${STRINGS.outcomes[outcomeOf(code)]} · interrupted`;
    default:
      return isFailure(code) ? `${STRINGS.outcomes[outcomeOf(code)]} · exit ${code}` : STRINGS.outcomes[outcomeOf(code)];
  }
}

/** How much and how long: `1,204 lines · 12s`, `48,210 lines · 3m 12s · 5m ago`. */
export function factsText(entry: Entry, now: number): string {
  const { lines, startedAt, changedAt } = entry;
  const facts = [lineCount(lines)];
  if (startedAt !== undefined) facts.push(span((isRunning(entry) ? now : changedAt) - startedAt));
  if (!isRunning(entry) && changedAt > 0) facts.push(ago(now - changedAt));
  return facts.join(' · ');
}

/** A log of a channel that nothing was written to yet. */
export function unwrittenEntry(channel: string): Entry {
  return { channel, command: undefined, state: 'open', code: undefined, lines: 0, startedAt: undefined, changedAt: 0 };
}

/** The command of a job, or one that writes to a log that others may write to; undefined once such a log is complete. */
export function commandToCopy({ command, state, channel }: Entry): string | undefined {
  return command ?? (state === 'open' ? writeCommand(channel) : undefined);
}

/** A command line that writes the output of a command to a log. */
export function writeCommand(channel: string): string {
  return `npm test 2>&1 | npx log-stream append ${channel}`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
