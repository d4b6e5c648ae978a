import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { withoutSecrets } from './environment.ts';

/** Which of its two outputs a program wrote to. */
export type Output = 'out' | 'err';

/** What to run: words as they are, or a line for the shell. */
export type CommandLine = { readonly words: readonly string[] } | { readonly shell: string };

export interface ChildOptions {
  readonly command: CommandLine;
  readonly directory: string;
  readonly stdin: 'inherit' | 'ignore';
  /** Texts that nothing in its environment may hold. @default [] */
  readonly withheld?: readonly string[];
  /** Takes what the program wrote; its output is not read on until the promise resolves. */
  readonly onOutput: (chunk: Buffer, output: Output) => Promise<void>;
}

/** ms between TERM and KILL. */
const GRACE = 5_000;
/** ms after KILL until outputs that somebody outside of the process group still holds are let go. */
const LINGER = 1_000;

/**
 * Makes programs colour their output although it goes to a pipe. A pseudo terminal would do so too, but it would merge
 * stdout and stderr into one, make programs draw for a screen of fixed width (spinners, redrawn regions, pagers) and need
 * a native module.
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
  /** The exit code, 128 + signal when a signal ended it; once all it wrote was taken. */
  readonly exit: Promise<number>;
  readonly #pid: number | undefined;
  readonly #outputs: readonly Readable[];
  #gone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ command, directory, stdin, withheld, onOutput }: ChildOptions) {
    // The shell execs the words: what cannot be found is said in the log, with code 127, as in any terminal.
    const words = 'shell' in command ? ['-c', command.shell] : ['-c', 'exec "$@"', 'sh', ...command.words];
    const child = spawn('/bin/sh', words, {
      cwd: directory,
      env: childEnvironment(withoutSecrets(process.env, withheld)),
      detached: true,
      stdio: [stdin, 'pipe', 'pipe'],
    });
    this.#pid = child.pid;
    this.#outputs = [child.stdout, child.stderr];
    const taken = Promise.all([pump(child.stdout, 'out', onOutput), pump(child.stderr, 'err', onOutput)]);
    // A sink that fails must not leave the program running for nobody.
    taken.catch(() => this.stop());
    const closed = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    }).finally(() => {
      this.#gone = true;
      clearTimeout(this.#timer);
    });
    this.exit = closed.then(async (code) => {
      await taken;
      return code;
    });
  }

  /** Asks the whole process group to end, and ends it after a grace of 5 s. Does nothing the second time. */
  stop(): void {
    if (this.#gone || this.#timer !== undefined) return;
    this.#signal('SIGTERM');
    this.#timer = setTimeout(() => {
      this.#signal('SIGKILL');
      this.#timer = setTimeout(() => {
        for (const output of this.#outputs) output.destroy();
      }, LINGER);
    }, GRACE);
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#pid === undefined) return;
    try {
      process.kill(-this.#pid, signal);
    } catch {
      // The group is gone already: there is nobody left to stop.
    }
  }
}

/** Hands on chunks one at a time, and reads the next only when the last was taken. */
async function pump(stream: Readable, output: Output, onOutput: ChildOptions['onOutput']): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      stream.pause();
      onOutput(chunk, output).then(
        () => stream.resume(),
        (error: unknown) => {
          stream.resume();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
    stream.on('close', resolve);
    stream.on('error', reject);
  });
}
