import { LEVEL, type Level } from './level.ts';
import { startOf } from './start-of.ts';
import { matchEnd } from './sticky.ts';
import { TIME_PREFIX } from './time-prefix.ts';

/** The most continuations that one entry may have. */
export const MAX_CONTINUATIONS = 1_000;

/** The entry that the previous line belongs to. Plain data: it survives JSON. */
export interface EntryState {
  readonly level?: Level;
  /** Lines that continue it so far. */
  readonly count: number;
  /** The kind of stack trace that the line is in: some lines are frames only there. */
  readonly trace?: 'python' | 'go';
  /** It names a place in a file, or has a gutter: source may follow. */
  readonly place?: 1;
}

/** Whether a line continues the one before it. */
export interface EntryMark {
  readonly level?: Level;
  readonly continues: boolean;
  /** Undefined if no later line can continue it. */
  readonly state?: EntryState;
}

/** The time and the name before each line of a log: a line is indented only if blanks follow them. */
const PREFIX = new RegExp(`${TIME_PREFIX}?(?:(?=[\\d_.-]*[A-Za-z])[\\w.-]+ +\\| )?`, 'uy');
const VISIBLE = /\s*\S/uy;

/** A pattern for any of these, by a set of the characters that they begin with: few lines begin so. */
function startingWith(first: string, patterns: readonly string[]): RegExp {
  return new RegExp(`(?=${first})(?:${patterns.map((pattern) => `(?:${pattern})`).join('|')})`, 'uy');
}

/** Lines of stack traces, which continue an entry of any level. */
const FRAME = startingWith('[ \\taF#CSs[\\-.…]', [
  // JavaScript, Java, .NET, Rust.
  String.raw`[ \t]+at \S.*(?:[)\]>{]|:\d+|:line \d+)$`,
  String.raw`at \S+ ?\(.*:\d+\)$`,
  // Python, Ruby, Perl, Lua.
  String.raw`[ \t]*File "[^"]*", line \d+`,
  String.raw`[ \t]+from \S+:\d+:in `,
  String.raw`[ \t]+\S.* called at .* line \d+`,
  String.raw`[ \t]+(?:\(command line\):\d+|\S+): in (?:function|main chunk|upvalue|local|method|field|\?)`,
  // Go; native code, PHP, Dart; numbered frames of Rust.
  String.raw`[ \t]+\S+\.(?:go|s):\d+(?: \+0x[\da-f]+)?$`,
  String.raw`[ \t]*#\d+[ \t]+(?:0x[\da-f]+ |\S+\(\d+\): |\[internal function\]|\{main\}|\S.* \((?:file|package|dart):|[\w:~]+ \(.*\) (?:at|from) )`,
  String.raw`[ \t]+\d+:[ \t]+[\w<_{].*::`,
  // Causes, omitted frames, and titles of traces.
  String.raw`[ \t]*(?:Caused by: |Suppressed: |\[cause\]: |---> )`,
  String.raw`[ \t]*(?:\.\.\.|…) \d+ (?:more|common frames|lines matching)`,
  String.raw`(?:[Ss]tack [Tt]race(?:back)?|stack backtrace):$`,
]);
/** The lines that compilers print below a message: a gutter, a place; the details of pytest. */
const GUTTER = /(?=[ \tE])(?:[ \t]+\|(?:[ \t]|$)|[ \t]+(?:-->|:::) \S|E {3})/uy;
/** Source in a gutter: in prose it is the row of a table. */
const SOURCE = /(?=[ \t\d])[ \t]*\d+ \|(?:[ \t]|$)/uy;
/** A place in a file: source may follow a message that names one. */
const PLACE = /:\d+(?::|$)/u;
const PYTHON = /(?=[ \tTF])[ \t]*(?:Traceback \(most recent call last\)|File "[^"]*", line \d+)/uy;
/** The exception at the end of a traceback. */
const PYTHON_END = /[A-Za-z_][\w.]*(?::|$)/uy;
const GO = /(?=[ \tg])(?:goroutine \d+ \[|[ \t]+\S+\.(?:go|s):\d+)/uy;
/** A function of a goroutine's trace. */
const GO_FUNCTION = /[\w./*()[\]{}·-]+\(.*\)$|created by \S/uy;

/**
 * Decides whether a line, given as it is shown and with its level, continues the entry in `state`; if not, it begins an entry. An
 * empty line ends the entry above it. The size of the state does not grow with the log.
 */
export function continueEntry(state: EntryState | undefined, line: string, level: Level | undefined): EntryMark {
  const text = startOf(line);
  const at = matchEnd(PREFIX, text, 0);
  const isEmpty = matchEnd(VISIBLE, text, at) === -1;
  const trace = matchEnd(PYTHON, text, at) !== -1 ? 'python' : matchEnd(GO, text, at) !== -1 ? 'go' : undefined;
  if (state !== undefined && !isEmpty && state.count < MAX_CONTINUATIONS && doesContinue(state, text, at, level)) {
    // A traceback ends with its exception.
    const inTrace = trace ?? (state.trace === 'python' && !isIndented(text, at) ? undefined : state.trace);
    const place = state.place ?? (matchEnd(GUTTER, text, at) === -1 ? placeOf(text) : 1);
    return entryMark(state.level, true, entryState(state.level, state.count + 1, inTrace, place));
  }
  return entryMark(level, false, isEmpty ? undefined : entryState(level, 0, trace, placeOf(text)));
}

/** What a line is that continues the entry because its writer says so; undefined if there is none, or it has all it may have. */
export function extendEntry(state: EntryState | undefined): EntryMark | undefined {
  if (state === undefined || state.count >= MAX_CONTINUATIONS) return undefined;
  return entryMark(state.level, true, { ...state, count: state.count + 1 });
}

/** Whether a line of this level begins an entry regardless of the lines above it. */
export function beginsEntry(line: string, level: Level | undefined): boolean {
  return (['python', 'go'] as const).every(
    (trace) => !continueEntry({ level: LEVEL.fatal, count: 0, trace, place: 1 }, line, level).continues,
  );
}

function doesContinue(state: EntryState, text: string, at: number, level: Level | undefined): boolean {
  if (matchEnd(FRAME, text, at) !== -1) return true;
  if (matchEnd(GUTTER, text, at) !== -1) return true;
  if (matchEnd(SOURCE, text, at) !== -1 && (state.level !== undefined || state.place === 1)) return true;
  if (state.trace === 'python' && matchEnd(PYTHON_END, text, at) !== -1) return true;
  if (state.trace === 'go' && matchEnd(GO_FUNCTION, text, at) !== -1) return true;
  return isGrave(state) && level === undefined && isIndented(text, at);
}

/** Whether indented lines belong to the entry: they do below a warning or worse. */
function isGrave({ level }: EntryState): boolean {
  return level !== undefined && level >= LEVEL.warn;
}

function isIndented(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

function placeOf(text: string): 1 | undefined {
  return PLACE.test(text) ? 1 : undefined;
}

function entryMark(level: Level | undefined, continues: boolean, state: EntryState | undefined): EntryMark {
  const mark: Writable<EntryMark> = { continues };
  if (level !== undefined) mark.level = level;
  if (state !== undefined) mark.state = state;
  return mark;
}

function entryState(level: Level | undefined, count: number, trace: EntryState['trace'], place: 1 | undefined): EntryState {
  const state: Writable<EntryState> = { count };
  if (level !== undefined) state.level = level;
  if (trace !== undefined) state.trace = trace;
  if (place !== undefined) state.place = place;
  return state;
}

type Writable<Marked> = { -readonly [Key in keyof Marked]: Marked[Key] };
