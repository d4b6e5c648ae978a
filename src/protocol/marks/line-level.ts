import { levelOfCommand } from './commands.ts';
import { readHead } from './head.ts';
import { LEVEL, type Level } from './level.ts';
import { startOf } from './start-of.ts';
import { levelOfJson, levelOfLogfmt } from './structured.ts';

/** Signs that test runners and bundlers put before a failure. */
const SIGN = /^[ \t]*(?:[✖✗✘✕⨯❌]|×\s|not ok \d|Bail out!)/u;
const WARNING_SIGN = /^[ \t]*⚠/u;
/** A failed test that was expected to fail. */
const NO_FAILURE = /# (?:TODO|SKIP)\b/iu;
/** The summary of ESLint when there are only warnings. */
const WARNINGS_ALONE = /\(0 errors, [1-9]/u;
/** The outcome of a test, at the end of its line. */
const OUTCOME = / \.\.\. (?:FAIL|FAILED|ERROR)$/u;

/**
 * The level of a line, from its text as it is shown; undefined if the text names none. The first rule that holds decides: a CI
 * command, JSON, logfmt, the head of the line, the sign of a test runner. Prose has no level. Only the start of the text is read.
 */
export function lineLevel(line: string): Level | undefined {
  const text = startOf(line);
  const head = readHead(text);
  if (head?.kind === 'json') return levelOfJson(line, head.at);
  return (
    (text.includes('##') || text.includes('::') ? levelOfCommand(text) : undefined) ??
    (text.includes('=') ? levelOfLogfmt(text) : undefined) ??
    head?.level ??
    levelOfSign(text)
  );
}

function levelOfSign(text: string): Level | undefined {
  if (SIGN.test(text)) {
    if (NO_FAILURE.test(text)) return undefined;
    return WARNINGS_ALONE.test(text) ? LEVEL.warn : LEVEL.error;
  }
  if (WARNING_SIGN.test(text)) return LEVEL.warn;
  return OUTCOME.test(text) || isFailedTask(text) ? LEVEL.error : undefined;
}

/** Gradle's `> Task :test FAILED` and `DemoTest > adds() FAILED`. */
function isFailedTask(text: string): boolean {
  return text.endsWith(' FAILED') && (text.startsWith('> ') || text.includes(' > '));
}
