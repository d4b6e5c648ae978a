/** A tool was called in a way that it does not understand, or could not do what it was asked: the agent is told why. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

interface WholeNumber {
  readonly min: number;
  readonly max: number;
}

/** The arguments of a call, checked as they are read. Throws ToolError. */
export class ToolArguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** A text; `otherwise` if it was left out. */
  text<T>(name: string, otherwise: T): string | T {
    const value = this.#values[name];
    if (value === undefined || value === null) return otherwise;
    if (typeof value !== 'string') throw new ToolError(`${name} must be a string.`);
    return value;
  }

  /** A text that must be given. */
  required(name: string): string {
    const value = this.text(name, undefined);
    if (value === undefined || value === '') throw new ToolError(`${name} is missing.`);
    return value;
  }

  /** A whole number; `otherwise` if it was left out. */
  whole<T>(name: string, { min, max }: WholeNumber, otherwise: T): number | T {
    const value = this.#values[name];
    if (value === undefined || value === null) return otherwise;
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
      throw new ToolError(`${name} must be a whole number from ${min} to ${max}.`);
    return value as number;
  }

  flag(name: string): boolean {
    const value = this.#values[name] ?? false;
    if (typeof value !== 'boolean') throw new ToolError(`${name} must be true or false.`);
    return value;
  }
}
