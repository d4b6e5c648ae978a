import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutSecrets } from './environment.ts';
import type { ChildOutputs, OutputSink } from './child-outputs.ts';
import { codeOfSignal, type StopSignal } from './signals.ts';

/** What to run: words as they are, or a line for the shell. */
export type CommandLine = { readonly words: readonly string[] } | { readonly shell: string };

export interface ChildOptions {
  readonly command: CommandLine;
  readonly directory: string;
  readonly stdin: 'inherit' | 'ignore';
  /** Texts that nothing in its environment may hold. @default [] */
  readonly withheld?: readonly string[];
  /** Where it writes to. */
  readonly outputs: ChildOutputs;
  readonly onOutput: OutputSink;
}

/** ms between being asked to stop and KILL. */
const KILL_DELAY = 5_000;
/** ms until a program that does not end at another signal is sent TERM. */
const TERM_DELAY = 2_000;
/** ms after the end of a program in which its outputs may end too. What it started may hold them for ever. */
const OUTPUT_GRACE = 1_000;
/** ms between two looks at whether something is left of a program that was stopped. */
const POLL_INTERVAL = 50;

/**
 * Makes programs colour their output although it goes to a pipe. A pseudo terminal would do so too, but it would make
 * programs draw for a screen of fixed width (spinners, redrawn regions, pagers) and need a native module.
 */
const COLOURS: Readonly<Record<string, string>> = {
  FORCE_COLOR: '1',
  CLICOLOR_FORCE: '1',
  TERM: 'xterm-256color',
  CARGO_TERM_COLOR: 'always',
  npm_config_color: 'always',
  PY_COLORS: '1',
};

/** The environment of a child: `env` with colours switched on wherever it does not say otherwise. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Whoever asks for no colour gets none; a dumb terminal is what services and CI have without meaning it.
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return { ...env };
  const own = env['TERM'] === 'dumb' ? { ...env, TERM: undefined } : env;
  return { ...COLOURS, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
}

/** A running program and everything it starts: one process group, stopped as one. */
export class Child {
  /**
   * The exit code, 128 + signal when a signal ended it; once all it wrote was taken. What it started may run on, also
   * with its outputs: they are waited for a second, then what was written until then is all.
   */
  readonly exit: Promise<number>;
  readonly #pid: number | undefined;
  readonly #outputs: ChildOutputs;
  #isOver = false;
  #isStopping = false;
  #firm: NodeJS.Timeout | undefined;
  #kill: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor({ command, directory, stdin, withheld, outputs, onOutput }: ChildOptions) {
    // The shell execs the words: what cannot be found is said in the log, with code 127, as in any terminal.
    const words = 'shell' in command ? ['-c', command.shell] : ['-c', 'exec "$@"', 'sh', ...command.words];
    const env = childEnvironment(withoutSecrets(process.env, withheld));
    const child = spawn('/bin/sh', words, { cwd: directory, env, detached: true, stdio: [stdin, ...outputs.writeEnds] });
    outputs.handOver();
    this.#pid = child.pid;
    this.#outputs = outputs;
    const taken = outputs.pump(onOutput);
    // A sink that fails must not leave the program running for nobody.
    taken.catch(() => this.stop());
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(code ?? codeOfSignal(signal ?? 'SIGKILL')));
    });
    this.exit = this.#finish(ended, taken);
  }

  /**
   * Asks the whole process group to end, and ends what is left of it after a grace of 5 s. Programs in the background may
   * ignore INT and HUP: they get TERM too. Does nothing the second time.
   */
  stop(signal: StopSignal = 'SIGTERM'): void {
    if (this.#isOver || this.#isStopping) return;
    this.#isStopping = true;
    this.#signal(signal);
    if (signal !== 'SIGTERM') this.#firm = setTimeout(() => this.#beFirm(), TERM_DELAY);
    this.#kill = setTimeout(() => {
      this.#kill = undefined;
      this.#signal('SIGKILL');
      clearInterval(this.#looking);
    }, KILL_DELAY);
  }

  async #finish(ended: Promise<number>, taken: Promise<void>): Promise<number> {
    try {
      const code = await ended;
      if (this.#firm !== undefined) this.#beFirm();
      await Promise.race([taken, sleep(OUTPUT_GRACE, undefined, { ref: false })]);
      this.#outputs.finish();
      await taken;
      return code;
    } finally {
      this.#isOver = true;
      // Not after a KILL, which leaves nothing; what nobody has asked about yet still counts as a process.
      if (this.#kill !== undefined) this.#untilNothingIsLeft();
    }
  }

  #beFirm(): void {
    clearTimeout(this.#firm);
    this.#firm = undefined;
    this.#signal('SIGTERM');
  }

  /** What it started may not have ended yet: this process goes on until it has, or was killed. */
  #untilNothingIsLeft(): void {
    this.#looking = setInterval(() => {
      if (this.#signal(0)) return;
      clearInterval(this.#looking);
      clearTimeout(this.#kill);
    }, POLL_INTERVAL);
  }

  /** Returns whether there is anything to signal. */
  #signal(signal: StopSignal | 'SIGKILL' | 0): boolean {
    if (this.#pid === undefined) return false;
    try {
      return process.kill(-this.#pid, signal);
    } catch {
      return false;
    }
  }
}
