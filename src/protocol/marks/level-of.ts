import { levelOfCommand } from './commands.ts';
import { readHead } from './head.ts';
import { LEVEL, type Level } from './level.ts';
import { levelOfJson, levelOfLogfmt } from './structured.ts';

/** Characters of a line that are read: what says its level stands at its start. */
const READ = 512;

/** What test runners and bundlers put in front of a failure. */
const SIGN = /^\s*(?:[✖✗✘✕⨯❌]|×\s|not ok \d|Bail out!)/u;
const WARNING_SIGN = /^\s*⚠/u;
/** A failure that was expected, or a summary that counts none. */
const NO_FAILURE = /# (?:TODO|SKIP)\b/iu;
/** ESLint's summary where there are warnings alone. */
const WARNINGS_ALONE = /\(0 errors, [1-9]/u;
/** The outcome of a test, at the end of its line. */
const OUTCOME = / \.\.\. (?:FAIL|FAILED|ERROR)$/u;

/**
 * The level of a line by its text, as it is shown; undefined where nothing says one. Structured lines say it themselves; others by
 * what stands before their message. Prose has no level. Linear in the text, of which only the start is read.
 */
export function levelOf(line: string): Level | undefined {
  const text = line.length > READ ? line.slice(0, READ) : line;
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
