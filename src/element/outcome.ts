/** What became of the process that wrote a log. */
export type Outcome = 'succeeded' | 'failed' | 'stopped' | 'killed' | 'ended';

/** Linux signals from 1 on, without `SIG`. */
const SIGNALS =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

/** 128 + SIGINT and 128 + SIGTERM: the process was asked to stop. */
const STOP_CODES: ReadonlySet<number> = new Set([130, 143]);

/** The outcome that an exit code stands for; `ended` without one. */
export function outcomeOf(code: number | undefined): Outcome {
  if (code === undefined || !Number.isInteger(code)) return 'ended';
  if (code === 0) return 'succeeded';
  if (STOP_CODES.has(code)) return 'stopped';
  return signalName(code) === undefined ? 'failed' : 'killed';
}

/** Whether an exit code says more than that the log is complete: the process failed, was stopped or was killed. */
export function isNoteworthy(code: number | undefined): boolean {
  const outcome = outcomeOf(code);
  return outcome !== 'succeeded' && outcome !== 'ended';
}

/** Whether an exit code stands for a process that failed or was killed. */
export function isFailure(code: number | undefined): boolean {
  const outcome = outcomeOf(code);
  return outcome === 'failed' || outcome === 'killed';
}

/** The name of the signal in an exit code of 128 + signal, e.g. `SIGKILL`; undefined for any other code. */
export function signalName(code: number | undefined): string | undefined {
  const name = code === undefined ? undefined : SIGNALS[code - 129];
  return name && `SIG${name}`;
}
