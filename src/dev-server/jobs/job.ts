/**
 * The state of a job. `broken-off`: the server stopped while the command ran, and its fate is unknown.
 *
 *     running ── the command exits ──> exited
 *      │   │
 *      │   └─ stop ──> stopping ── the command exits ──> stopped
 *      │                  │
 *      └──────────────────┴─ the server ended; the next one finds the log ended ──> exited, else broken-off
 */
export type JobState = 'running' | 'stopping' | 'exited' | 'stopped' | 'broken-off';

/** One run of a command, with a log of its own. */
export interface Job {
  readonly channel: string;
  /** As a user would type it in a shell. */
  readonly command: string;
  readonly state: JobState;
  /** Unix ms. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** Exit code, or 128 + signal; undefined while it runs. */
  readonly code: number | undefined;
}

const STATES: ReadonlySet<unknown> = new Set<JobState>(['running', 'stopping', 'exited', 'stopped', 'broken-off']);

/** Parses a job as it was written to disk; undefined for anything else. */
export function parseJob(value: unknown): Job | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { channel, command, state, startedAt, endedAt, code } = value as Record<string, unknown>;
  if (typeof channel !== 'string' || typeof command !== 'string' || typeof startedAt !== 'number' || !STATES.has(state)) return undefined;
  if ((endedAt !== undefined && typeof endedAt !== 'number') || (code !== undefined && typeof code !== 'number')) return undefined;
  return { channel, command, state: state as JobState, startedAt, endedAt, code };
}

export function isRunning({ state }: Job): boolean {
  return state === 'running' || state === 'stopping';
}
