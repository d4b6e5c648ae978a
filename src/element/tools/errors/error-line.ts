/** Characters of a line that are examined: the signs of an error are at its start. */
const EXAMINED = 512;

/** Markers for continuous integration: `::error file=…::text`, `##[error]text`, `##vso[task.logissue type=error]`. */
const MARKED = /^(?:::error\b[^:]*::|##\[error\]|##vso\[task\.logissue type=error)/u;

/** A level in a structured line: `level=error`, `"level":"fatal"`, `severity: ERROR`. */
const LEVEL = /\b(?:level|lvl|severity)"?\s*[=:]\s*"?(?:error|fatal|critical|panic|emerg(?:ency)?|alert)\b/iu;

/** What tools write before an error: at the start of the line, or after a time, a path or the name of a task. */
const PREFIX =
  /(?:^|[\s\])>|:])(?:(?:[\w.]*(?:Error|Exception)|(?:fatal )?error(?: ?(?:\[[\w-]+\]|[A-Z]{1,4}\d+))?|fatal|panic|ERR!|ERROR|FATAL|CRITICAL|FAILED)(?::(?!\w)|!(?=\s|$)|\](?=\s|$))|npm (?:ERR!|error)(?=\s|$)|Traceback \(most recent call last\)|thread '[^']*' panicked at|Segmentation fault|core dumped|Killed$|make(?:\[\d+\])?: \*\*\* )/u;

/** A single word in capitals is a level, not prose. */
const CAPITALS = /(?:^|[\s[(|])(?:ERROR|FATAL|CRITICAL|FAILED|FAIL|PANIC)(?:[\s\])|:]|$)/u;

/** Signs of test runners and bundlers. */
const SIGN = /^\s*(?:[✖✗✘×❌]|not ok \d)/u;

/** Says that there are no errors. */
const NONE =
  /(?:^|[\s(:=])(?:0|no|without(?: any)?)\s+(?:\w+\s+)?(?:errors?|failures?|failed|FAILED)\b|\b(?:errors?|failures?|failed|FAILED)\s*[:=]\s*0\b/iu;

/**
 * Whether a line, as it is shown, looks like an error: by its marker or level, by the words that tools write before an
 * error, or by their signs. Being written to stderr means nothing: much of that is progress. Linear in the text.
 */
export function looksLikeError(text: string): boolean {
  const start = text.length > EXAMINED ? text.slice(0, EXAMINED) : text;
  if (MARKED.test(start) || LEVEL.test(start)) return true;
  return (PREFIX.test(start) || CAPITALS.test(start) || SIGN.test(start)) && !NONE.test(start);
}
