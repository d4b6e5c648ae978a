import type { StopSignal } from './signals.ts';

/** ms between being asked to stop and KILL. */
const KILL_DELAY = 5_000;
/** ms until a program that does not end at another signal is sent TERM. */
const TERM_DELAY = 2_000;
/** ms between checks whether processes of a stopped group are left. */
const POLL_INTERVAL = 50;

type Phase = 'running' | 'asked' | 'terminating' | 'killed' | 'gone';

/**
 * A program and everything it starts, stopped as one.
 *
 *               stop(INT, HUP)
 *     running ─────────────────> asked
 *      │   │                       │ after 2 s, or when the program itself has exited
 *      │   │ stop(TERM)            v
 *      │   └─────────────────> terminating ──── 5 s after stop ───> killed
 *      │ released                  │ released, and no process left
 *      v                           v
 *     gone <───────────────────────┘
 */
export class ProcessGroup {
  readonly #id: number | undefined;
  #phase: Phase = 'running';
  #termTimer: NodeJS.Timeout | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;

  /** `id` is the process ID of the program, which leads the group; undefined when it could not be started. */
  constructor(id: number | undefined) {
    this.#id = id;
  }

  /** Asks the whole group to end; what is left after 5 s is killed. Only the first call counts. */
  stop(signal: StopSignal): void {
    if (this.#phase !== 'running') return;
    this.#killTimer = setTimeout(() => this.#enter('killed'), KILL_DELAY);
    if (signal === 'SIGTERM') {
      this.#enter('terminating');
    } else {
      this.#signal(signal);
      this.#enter('asked');
    }
  }

  /** The program itself has exited. Programs in the background may ignore INT and HUP, so they get TERM now. */
  leaderExited(): void {
    if (this.#phase === 'asked') this.#enter('terminating');
  }

  /** The program is done with. This process keeps running until a group that was stopped has ended, or was killed. */
  release(): void {
    if (this.#phase === 'running') this.#enter('gone');
    else if (this.#phase !== 'killed')
      this.#poll = setInterval(() => {
        if (!this.#signal(0)) this.#enter('gone');
      }, POLL_INTERVAL);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    clearTimeout(this.#termTimer);
    switch (phase) {
      case 'asked':
        this.#termTimer = setTimeout(() => this.#enter('terminating'), TERM_DELAY);
        break;
      case 'terminating':
        this.#signal('SIGTERM');
        break;
      case 'killed':
        clearInterval(this.#poll);
        this.#signal('SIGKILL');
        break;
      default:
        clearTimeout(this.#killTimer);
        clearInterval(this.#poll);
        break;
    }
  }

  /** Returns whether there is a process left that could be signalled. */
  #signal(signal: StopSignal | 'SIGKILL' | 0): boolean {
    if (this.#id === undefined) return false;
    try {
      return process.kill(-this.#id, signal);
    } catch {
      return false;
    }
  }
}
