import { parseArgs } from 'node:util';
import type { OptionSpec } from './command.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { UsageError } from '../util/errors.ts';
import { parseDuration } from '../util/units.ts';

type Values = ReadonlyMap<string, readonly string[]>;

/** What was written behind a command's name, checked against its options. Every getter throws UsageError for a bad value. */
export class Arguments {
  readonly operands: readonly string[];
  /** The words behind `--`. */
  readonly command: readonly string[];
  readonly #values: Values;

  private constructor(operands: readonly string[], command: readonly string[], values: Values) {
    this.operands = operands;
    this.command = command;
    this.#values = values;
  }

  /** Throws UsageError for an unknown option or one without its value. */
  static parse(argv: readonly string[], specs: readonly OptionSpec[], takesCommand: boolean): Arguments {
    const dashes = takesCommand ? argv.indexOf('--') : -1;
    const own = dashes === -1 ? argv : argv.slice(0, dashes);
    const options = Object.fromEntries(
      specs.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string', multiple: true } as const]),
    );
    try {
      const { values, positionals } = parseArgs({ args: [...own], options, allowPositionals: true, strict: true });
      const found = new Map<string, string[]>();
      for (const { name, repeat } of specs) {
        const given = [values[name] ?? []].flat().map(String);
        if (given.length > 1 && repeat === undefined) throw new UsageError(`--${name} was given ${given.length} times: give it once.`);
        if (given.length > 0) found.set(name, given);
      }
      return new Arguments(positionals, dashes === -1 ? [] : argv.slice(dashes + 1), found);
    } catch (error) {
      throw error instanceof UsageError ? error : new UsageError(messageOf(error));
    }
  }

  flag(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** A whole number from `min` to `max`. */
  integer(name: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : parseInteger(`--${name}`, text, min, max);
  }

  /** A time span such as `90s`, `1h30m`, `7d`; ms. */
  duration(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const span = parseDuration(text);
    if (span === undefined) throw new UsageError(`--${name} takes a time such as 30s, 10m, 1h or 7d, not ${JSON.stringify(text)}.`);
    return span;
  }

  /** The only operand; `what` is its name in the usage. */
  operand(what: string): string {
    const [only, ...more] = this.operands;
    if (only === undefined) throw new UsageError(`Missing ${what}.`);
    this.#atMost(1, more[0]);
    return only;
  }

  noOperands(): void {
    this.#atMost(0, this.operands[0]);
  }

  #atMost(count: number, extra: string | undefined): void {
    if (extra !== undefined)
      throw new UsageError(`${JSON.stringify(extra)} is one word too many: ${count === 0 ? 'nothing' : 'one word'} is expected here.`);
  }
}

/** Throws UsageError when `text` is not a whole number from `min` to `max`. */
export function parseInteger(what: string, text: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  const number = /^-?\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < min || number > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
    throw new UsageError(`${what} takes a whole number ${range}, not ${JSON.stringify(text)}.`);
  }
  return number;
}
