import { LEVEL, type Level } from './level.ts';
import { matchEnd } from './sticky.ts';
import { TIME_PREFIX } from './time-prefix.ts';

/** Continuations that an entry has, at most. */
export const MAX_CONTINUATIONS = 1_000;

/** Characters of a line that are read. */
const READ = 512;

/** What the line before leaves behind: the entry that it belongs to. JSON can hold it. */
export interface EntryState {
  readonly level?: Level;
  /** Lines that continue it so far. */
  readonly count: number;
  /** The trace that it is in, whose lines mean something in it alone. */
  readonly trace?: 'python' | 'go';
  /** It names a place in a file, so that a compiler's gutter may follow. */
  readonly place?: 1;
}

/** What a line is to the one before it. */
export interface EntryMark {
  readonly level?: Level;
  readonly continues: boolean;
  /** Undefined where no later line can continue it. */
  readonly state?: EntryState;
}

/** Times and names that stand in front of each line of a log, and are no indentation. */
const PREFIX = new RegExp(`^${TIME_PREFIX}?(?:[\\w.-]+ +\\| )?`, 'u');

/** Lines of stack traces, which continue an entry of any level. */
const FRAME = new RegExp(
  [
    // JavaScript, Java, .NET, Rust.
    String.raw`\s+at \S.*(?:\)|\]|\{|:\d+|:line \d+)$`,
    String.raw`at \S+ ?\(.*:\d+\)$`,
    // Python, Ruby, Perl, Lua.
    String.raw`\s*File "[^"]*", line \d+`,
    String.raw`\s+from \S+:\d+:in `,
    String.raw`\s+\S.* called at .* line \d+`,
    String.raw`\s+\S+: in (?:function|main chunk|upvalue|local|method|field|\?)`,
    // Go; native code, PHP, Dart; numbered frames of Rust.
    String.raw`\s+\S+\.(?:go|s):\d+(?: \+0x[\da-f]+)?$`,
    String.raw`\s*#\d+\s+(?:0x[\da-f]+ |\S+\(\d+\): |\[internal function\]|\{main\}|\S.* \((?:file|package|dart):|[\w:~]+ \(.*\) (?:at|from) )`,
    String.raw`\s+\d+:\s+[\w<_{].*::`,
    // Causes, what was left out, and titles of traces.
    String.raw`\s*(?:Caused by: |Suppressed: |\[cause\]: |---> )`,
    String.raw`\s*(?:\.\.\.|…) \d+ (?:more|common frames|lines matching)`,
    String.raw`(?:[Ss]tack [Tt]race(?:back)?|stack backtrace):$`,
  ]
    .map((pattern) => `(?:${pattern})`)
    .join('|'),
  'uy',
);
/** What compilers print below a message: the source in a gutter, the place, notes; pytest's details. */
const GUTTER = /\s*\d+ \|(?:\s|$)|\s+\|(?:\s|$)|\s+(?:-->|:::) \S|E {3}/uy;
/** What a gutter may follow: a message with a place, or a gutter. */
const PLACE = /:\d+(?::|$)/u;
const PYTHON = /\s*(?:Traceback \(most recent call last\)|File "[^"]*", line \d+)/uy;
/** The exception that ends a traceback. */
const PYTHON_END = /[A-Za-z_][\w.]*(?::|$)/uy;
const GO = /goroutine \d+ \[|\s+\S+\.(?:go|s):\d+/uy;
/** A function of a goroutine's trace. */
const GO_FUNCTION = /[\w./*()[\]{}·-]+\(.*\)$|created by \S/uy;

/**
 * Whether a line, as it is shown and of this level, continues the entry above it, which the state holds; without one it begins an
 * entry. An empty line ends what is above it. A state is as small after a million lines as after one.
 */
export function continueEntry(state: EntryState | undefined, line: string, level: Level | undefined): EntryMark {
  const text = line.length > READ ? line.slice(0, READ) : line;
  const at = PREFIX.exec(text)?.[0].length ?? 0;
  const isEmpty = text.slice(at).trim() === '';
  const trace = matchEnd(PYTHON, text, at) !== -1 ? 'python' : matchEnd(GO, text, at) !== -1 ? 'go' : undefined;
  if (state !== undefined && !isEmpty && state.count < MAX_CONTINUATIONS && doesContinue(state, text, at, level)) {
    // The exception is the last line of its traceback.
    const inTrace = trace ?? (state.trace === 'python' && !isIndented(text, at) ? undefined : state.trace);
    return {
      ...(state.level === undefined ? {} : { level: state.level }),
      continues: true,
      state: entryState(state.level, state.count + 1, inTrace, state.place ?? placeOf(text)),
    };
  }
  const own = level === undefined ? {} : { level };
  return isEmpty ? { ...own, continues: false } : { ...own, continues: false, state: entryState(level, 0, trace, placeOf(text)) };
}

/** Whether a line of this level begins an entry, whatever stands above it. */
export function beginsEntry(line: string, level: Level | undefined): boolean {
  return (['python', 'go'] as const).every(
    (trace) => !continueEntry({ level: LEVEL.fatal, count: 0, trace, place: 1 }, line, level).continues,
  );
}

function doesContinue(state: EntryState, text: string, at: number, level: Level | undefined): boolean {
  if (matchEnd(FRAME, text, at) !== -1) return true;
  if (matchEnd(GUTTER, text, at) !== -1 && (isGrave(state) || state.place === 1 || text.startsWith('E   ', at))) return true;
  if (state.trace === 'python' && matchEnd(PYTHON_END, text, at) !== -1) return true;
  if (state.trace === 'go' && matchEnd(GO_FUNCTION, text, at) !== -1) return true;
  return isGrave(state) && level === undefined && isIndented(text, at);
}

/** What is indented below a warning, or worse, belongs to it. */
function isGrave({ level }: EntryState): boolean {
  return level !== undefined && level >= LEVEL.warn;
}

function isIndented(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

function placeOf(text: string): 1 | undefined {
  return PLACE.test(text) ? 1 : undefined;
}

function entryState(level: Level | undefined, count: number, trace: EntryState['trace'], place: 1 | undefined): EntryState {
  return {
    ...(level === undefined ? {} : { level }),
    count,
    ...(trace === undefined ? {} : { trace }),
    ...(place === undefined ? {} : { place }),
  };
}
