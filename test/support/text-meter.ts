type Method = (this: unknown, ...args: never[]) => unknown;
type Methods = Record<string, Method>;
type Cost = (self: unknown, args: readonly unknown[], result: unknown) => number;

const lengthOf = (value: unknown): number => (typeof value === 'string' || value instanceof Uint8Array ? value.length : 0);
const one: Cost = () => 1;
const whole: Cost = (self) => lengthOf(self);
const given: Cost = (_self, [text]) => lengthOf(text);
/** Up to what was found, or to the end. */
const forward: Cost = (self, [what, from = 0], found) =>
  (found === -1 || found === false || typeof found !== 'number' ? lengthOf(self) : found + lengthOf(what)) - Number(from);
const backward: Cost = (self, _args, found) => lengthOf(self) - Math.max(0, Number(found));

const STRING: Record<string, Cost> = {
  charCodeAt: one,
  codePointAt: one,
  charAt: one,
  indexOf: forward,
  includes: forward,
  lastIndexOf: backward,
  split: whole,
  replace: whole,
  replaceAll: whole,
};
const BUFFER: Record<string, Cost> = { from: given, byteLength: given };
const made: Cost = (_self, _args, text) => lengthOf(text);
/** From an index, or from the end, back to what was found. */
const backwardFrom: Cost = (self, [, from = lengthOf(self)], found) => Number(from) - Math.max(0, Number(found));
const BUFFER_OWN = { toString: made, indexOf: forward, lastIndexOf: backwardFrom } satisfies Record<string, Cost>;

/** How many characters of texts are looked at while something runs, whoever does it: what time would show, without a clock. */
export async function lookedAt(run: () => unknown): Promise<number> {
  let count = 0;
  const undo = [
    meter(String.prototype as unknown as Methods, STRING),
    meter(Buffer as unknown as Methods, BUFFER),
    meter(Buffer.prototype, BUFFER_OWN),
    meterExec(),
  ];
  try {
    await run();
  } finally {
    for (const restore of undo) restore();
  }
  return count;

  function meter(owner: Methods, costs: Record<string, Cost>): () => void {
    const originals = Object.entries(costs).map(([name, cost]) => {
      const original = owner[name];
      if (original === undefined) throw new Error(`There is no ${name} to count.`);
      owner[name] = function (this: unknown, ...args: never[]): unknown {
        const result = original.apply(this, args);
        count += cost(this, args, result);
        return result;
      };
      return [name, original] as const;
    });
    return () => {
      for (const [name, original] of originals) owner[name] = original;
    };
  }

  function meterExec(): () => void {
    const original = Object.getOwnPropertyDescriptor(RegExp.prototype, 'exec')?.value as (
      this: RegExp,
      text: string,
    ) => RegExpExecArray | null;
    RegExp.prototype.exec = function (this: RegExp, text: string): RegExpExecArray | null {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const match = original.call(this, text);
      if (match !== null) count += match.index + match[0].length - from;
      else count += this.sticky ? 1 : text.length - from;
      return match;
    };
    return () => {
      RegExp.prototype.exec = original;
    };
  }
}
