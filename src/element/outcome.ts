/** What became of what wrote a log. */
export type Outcome = 'succeeded' | 'failed' | 'stopped' | 'killed' | 'ended';

/** Linux signals from 1 on, without `SIG`. */
const SIGNALS =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

/** 128 + SIGINT and 128 + SIGTERM: someone stopped it. */
const STOPS: ReadonlySet<number> = new Set([130, 143]);

/** The outcome that an exit code stands for; `ended` where there is none. */
export function outcomeOf(code: number | undefined): Outcome {
  if (code === undefined || !Number.isInteger(code)) return 'ended';
  if (code === 0) return 'succeeded';
  if (STOPS.has(code)) return 'stopped';
  return signalName(code) === undefined ? 'failed' : 'killed';
}

/** Whether an exit code says more than that the log is complete. */
export function isNoteworthy(code: number | undefined): boolean {
  const outcome = outcomeOf(code);
  return outcome !== 'succeeded' && outcome !== 'ended';
}

/** The signal that an exit code of 128 + signal stands for, such as `SIGKILL`; undefined for any other code. */
export function signalName(code: number | undefined): string | undefined {
  const name = code === undefined ? undefined : SIGNALS[code - 129];
  return name && `SIG${name}`;
}
