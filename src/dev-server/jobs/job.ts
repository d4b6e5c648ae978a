/** How far a run of a command is. `broken-off`: the server stopped while it ran, and what became of it is not known. */
export type JobState = 'running' | 'stopping' | 'exited' | 'stopped' | 'broken-off';

/** One run of a command; its log is a log of its own. */
export interface Job {
  readonly channel: string;
  /** As a person would type it. */
  readonly command: string;
  readonly state: JobState;
  /** Unix ms. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** Exit code, 128 + signal for a killed one; undefined while it runs. */
  readonly code: number | undefined;
}

const STATES: ReadonlySet<unknown> = new Set<JobState>(['running', 'stopping', 'exited', 'stopped', 'broken-off']);

/** Reads a job as it was written to disk. */
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
