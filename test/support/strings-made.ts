type Method = (this: unknown, ...args: never[]) => unknown;

/** What makes a string of bytes, or of a part of another string. */
const MAKERS: readonly (readonly [owner: object, names: readonly string[]])[] = [
  [Buffer.prototype, ['toString', 'latin1Slice', 'utf8Slice', 'asciiSlice', 'ucs2Slice', 'hexSlice', 'base64Slice']],
  [String.prototype, ['slice', 'substring', 'split', 'replace', 'replaceAll', 'trim', 'padStart', 'padEnd', 'repeat']],
  [TextDecoder.prototype, ['decode']],
];

/** How many strings are made while something runs. */
export async function stringsMade(run: () => unknown): Promise<number> {
  let count = 0;
  const undo = MAKERS.flatMap(([owner, names]) => names.map((name) => counted(owner as Record<string, Method>, name)));
  try {
    await run();
  } finally {
    for (const restore of undo) restore();
  }
  return count;

  function counted(owner: Record<string, Method>, name: string): () => void {
    const original = owner[name];
    if (original === undefined) throw new Error(`There is no ${name} to count.`);
    owner[name] = function (this: unknown, ...args: never[]): unknown {
      const made = original.apply(this, args);
      count += Array.isArray(made) ? made.length : 1;
      return made;
    };
    return () => {
      owner[name] = original;
    };
  }
}
