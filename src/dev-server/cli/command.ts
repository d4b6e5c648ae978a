import type { Arguments } from './arguments.ts';

/** An option of a command: a flag, or with `value` one that takes a value, named so in the help. */
export interface OptionSpec {
  readonly name: string;
  readonly value?: string;
  /** May be given several times. */
  readonly repeat?: true;
  readonly help: string;
}

/** One word behind `log-stream`. */
export interface Command {
  readonly name: string;
  /** What stands behind the name, as `FILE [options]`. */
  readonly operands: string;
  /** One line for the overview. */
  readonly summary: string;
  /** What one should know, in plain sentences, and examples. */
  readonly about: string;
  readonly options: readonly OptionSpec[];
  /** Whether the command line of another program stands behind `--`. */
  readonly takesCommand?: true;
  /** Resolves to the exit code. */
  run(args: Arguments): Promise<number>;
}
