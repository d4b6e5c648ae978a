import { LEVEL, type Level } from './level.ts';
import { matchAt } from './sticky.ts';

/** Phrases and columns that name a level without a word for it. */
const PHRASE = new RegExp(
  [
    // klog and glog; logcat.
    String.raw`(?<letter>[IWEF](?=(?:\d{4}|\d{8}) \d\d:\d\d:\d\d\.\d)|[VDIWEFA](?=/[^(]{1,60}\([ \t]*\d+\):))`,
    // kotlinc and apt.
    String.raw`(?<tool>[ew](?=: (?:file:|/))|[EW](?=: [A-Z]\w+ \w))`,
    String.raw`(?<fatal>thread '[^']{0,100}' (?:\(\d+\) )?panicked at|Segmentation fault|(?:Killed|Aborted|Bus error|Illegal instruction|Floating point exception)(?=[ \t]{2}|$| \(core)|terminate called|Kernel panic)`,
    String.raw`(?<error>Traceback \(most recent call last\)|Exception in thread |Unhandled exception[.:]|Uncaught [\w.]*(?:Error|Exception)|npm (?:ERR!|error)(?=[ \t]|$)|make(?:\[\d+\])?: \*\*\* |CMake Error|Error response from daemon: |Error from server |ERR_PNPM_|\*\* \([A-Z][\w.]*\) |test result: FAILED|error during build:|BUILD FAIL(?:ED|URE)\b|fail: [\w.]+\[\d+\]|\w[\w-]*\.ERROR: )`,
    String.raw`(?<warn>npm (?:WARN|warn)(?=[ \t])|CMake (?:Deprecation )?Warning|\w[\w-]*\.WARNING: )`,
    String.raw`(?<info>npm (?:notice|info)(?=[ \t])|\w[\w-]*\.(?:INFO|NOTICE): )`,
  ].join('|'),
  'uy',
);
/** An uncaught exception of Ruby; the line ends with its class. */
const RUBY = /(?:[\w./-]+\.rb|-e):\d+:in .*\([A-Z][\w:]*\)$/uy;
/** The threadtime format of logcat: date, time, process, thread, level, tag. */
const THREADTIME = /^\d\d-\d\d \d\d:\d\d:\d\d\.\d+ +\d+ +\d+ (?<letter>[VDIWEFA]) /u;

/** The level of the phrase at `at`; `first`: there is no prefix before it. */
export function levelOfPhrase(text: string, at: number, first: boolean): Level | undefined {
  if (first) {
    const letter = levelOfLetter(THREADTIME.exec(text)?.groups?.['letter']);
    if (letter !== undefined) return letter;
  }
  if (text.endsWith(')') && matchAt(RUBY, text, at) !== null) return LEVEL.error;
  const groups = matchAt(PHRASE, text, at)?.groups;
  if (groups === undefined) return undefined;
  const { letter, tool, fatal, error, warn } = groups;
  // The letters of apt and kotlinc count only at the start of the line.
  if (tool !== undefined) return first ? levelOfLetter(tool.toUpperCase()) : undefined;
  if (letter !== undefined) return levelOfLetter(letter);
  if (fatal !== undefined) return LEVEL.fatal;
  return error !== undefined ? LEVEL.error : warn !== undefined ? LEVEL.warn : LEVEL.info;
}

const LETTERS: Readonly<Record<string, Level>> = {
  V: LEVEL.trace,
  D: LEVEL.debug,
  I: LEVEL.info,
  W: LEVEL.warn,
  E: LEVEL.error,
  F: LEVEL.fatal,
  A: LEVEL.fatal,
  C: LEVEL.fatal,
};

/** The level that a one-letter column means. */
export function levelOfLetter(letter: string | undefined): Level | undefined {
  return letter === undefined ? undefined : LETTERS[letter];
}
