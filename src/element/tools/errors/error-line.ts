/** Characters of a line that are looked at: what says that it is an error stands at its start. */
const LOOKED_AT = 512;

/** Marks that continuous integration reads: `::error file=…::text`, `##[error]text`, `##vso[task.logissue type=error]`. */
const MARKED = /^(?:::error\b[^:]*::|##\[error\]|##vso\[task\.logissue type=error)/u;

/** A level in a structured line: `level=error`, `"level":"fatal"`, `severity: ERROR`. */
const LEVEL = /\b(?:level|lvl|severity)"?\s*[=:]\s*"?(?:error|fatal|critical|panic|emerg(?:ency)?|alert)\b/iu;

/** What tools write in front of an error, at the start of the line or behind a time, a path or a task's name. */
const PREFIX =
  /(?:^|[\s\])>|:])(?:(?:[\w.]*(?:Error|Exception)|(?:fatal )?error(?: ?(?:\[[\w-]+\]|[A-Z]{1,4}\d+))?|fatal|panic|ERR!|ERROR|FATAL|CRITICAL|FAILED)(?::(?!\w)|!(?=\s|$)|\](?=\s|$))|npm (?:ERR!|error)(?=\s|$)|Traceback \(most recent call last\)|thread '[^']*' panicked at|Segmentation fault|core dumped|Killed$|make(?:\[\d+\])?: \*\*\* )/u;

/** A word in capitals on its own is a level, not prose. */
const CAPITALS = /(?:^|[\s[(|])(?:ERROR|FATAL|CRITICAL|FAILED|FAIL|PANIC)(?:[\s\])|:]|$)/u;

/** Signs of test runners and bundlers. */
const SIGN = /^\s*(?:[✖✗✘×❌]|not ok \d)/u;

/** Says of errors that there are none. */
const NONE =
  /(?:^|[\s(:=])(?:0|no|without(?: any)?)\s+(?:\w+\s+)?(?:errors?|failures?|failed|FAILED)\b|\b(?:errors?|failures?|failed|FAILED)\s*[:=]\s*0\b/iu;

/**
 * Whether a line, as it is shown, looks like an error: by a mark or level that says so, by the words tools put in front
 * of one, or by their signs. Standard error alone says nothing: much of what goes there is progress. Linear in the text.
 */
export function looksLikeError(text: string): boolean {
  const start = text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text;
  if (MARKED.test(start) || LEVEL.test(start)) return true;
  return (PREFIX.test(start) || CAPITALS.test(start) || SIGN.test(start)) && !NONE.test(start);
}
