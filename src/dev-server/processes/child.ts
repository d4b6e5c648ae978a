import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildOutputs, OutputSink } from './child-outputs.ts';
import { withoutSecrets } from './environment.ts';
import { ProcessGroup } from './process-group.ts';
import { codeOfSignal, type StopSignal } from './signals.ts';

/** What to run: words without a shell's interpretation, or a line for the shell. */
export type CommandLine = { readonly words: readonly string[] } | { readonly shell: string };

export interface ChildOptions {
  readonly command: CommandLine;
  readonly directory: string;
  readonly stdin: 'inherit' | 'ignore';
  /** Texts that its environment must not contain. @default [] */
  readonly withheld?: readonly string[];
  /** The pipes it writes to. */
  readonly outputs: ChildOutputs;
  readonly onOutput: OutputSink;
}

/** ms that the outputs may stay open after a program has exited: programs that it started may hold them as long as they run. */
const OUTPUT_GRACE = 1_000;

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
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return { ...env };
  // Services and CI have a dumb terminal without asking for one.
  const own = env['TERM'] === 'dumb' ? { ...env, TERM: undefined } : env;
  return { ...COLOURS, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
}

/** A running program. */
export class Child {
  /**
   * The exit code, or 128 + signal, once all output was delivered. Programs that it started may keep its outputs open: then the
   * output of one more second counts.
   */
  readonly exit: Promise<number>;
  readonly #group: ProcessGroup;
  readonly #outputs: ChildOutputs;

  constructor({ command, directory, stdin, withheld, outputs, onOutput }: ChildOptions) {
    // The shell execs the words, so that a command that is not found ends with code 127 and a message, as in any terminal.
    const words = 'shell' in command ? ['-c', command.shell] : ['-c', 'exec "$@"', 'sh', ...command.words];
    const env = childEnvironment(withoutSecrets(process.env, withheld));
    const child = spawn('/bin/sh', words, { cwd: directory, env, detached: true, stdio: [stdin, ...outputs.writeEnds] });
    outputs.handOver();
    this.#group = new ProcessGroup(child.pid);
    this.#outputs = outputs;
    const delivered = outputs.pump(onOutput);
    // A program whose output cannot be delivered must not run on unseen.
    delivered.catch(() => this.stop());
    const exited = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(code ?? codeOfSignal(signal ?? 'SIGKILL')));
    });
    this.exit = this.#finish(exited, delivered);
  }

  /** Asks the program and everything it started to end, and kills what is left after 5 s. Only the first call counts. */
  stop(signal: StopSignal = 'SIGTERM'): void {
    this.#group.stop(signal);
  }

  async #finish(exited: Promise<number>, delivered: Promise<void>): Promise<number> {
    try {
      const code = await exited;
      this.#group.leaderExited();
      await Promise.race([delivered, sleep(OUTPUT_GRACE, undefined, { ref: false })]);
      this.#outputs.finish();
      await delivered;
      return code;
    } finally {
      this.#group.release();
    }
  }
}
