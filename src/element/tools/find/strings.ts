import type { Strings } from '../../strings.ts';
import type { Formats } from '../../words/formats.ts';
import { currentIndex, type FindProblem, type FindState } from './find-state.ts';

/** Every text of the find bar, in English. */
export const englishFind = ({ count, percent, plural }: Formats, strings: Strings) => ({
  bar: 'Find in this log',
  field: 'Find',
  case: 'Match case',
  word: 'Whole words',
  regex: 'Regular expression',
  previous: 'Previous match (Shift+Enter)',
  next: 'Next match (Enter)',
  close: 'Close (Escape)',
  cancel: 'Cancel',
  only: 'Only matches',
  without: 'Without',
  level: 'Level',
  levels: { all: 'All levels', info: 'Info and above', warnings: 'Warnings and above', errors: 'Errors only' },
  contextLabel: 'Lines around each match',
  context: (lines: number): string => (lines === 0 ? 'No context' : `± ${strings.lines(lines)}`),
  /** Lines between two that are shown. */
  leftOut: (lines: number): string => `${strings.lines(lines)} not shown. Click to show all`,
  allShown: 'All lines are shown',
  /** Not all that was found is shown. */
  bound: (lines: number): string => `Only the first ${count(lines)} lines are shown`,
  matches: (matches: number): string => `${count(matches)} ${plural(matches, { one: 'match', other: 'matches' })}`,
  place: (place: number, matches: number): string => `${count(place)} of ${count(matches)}`,
  all: (lines: number): string => `all ${strings.lines(lines)}`,
  searched: (share: number): string => `${percent(share)} searched`,
  none: (lines: number): string => `No matches in ${strings.lines(lines)}`,
  /** What is wrong with a pattern: given in English, as the search and the browser say it. */
  invalid: (detail: string): string => detail,
  waits: 'Waiting for another download or stream to finish…',
  problems: {
    slow: 'Too slow: simplify the pattern',
    invalid: 'This pattern cannot be used',
    busy: 'Too many searches at the moment. Press Enter to try again',
    denied: 'No access to this log',
    interrupted: 'The search was interrupted. Press Enter to try again',
    'no-regex': 'Regular expressions are off: this page cannot start a worker for them',
  } satisfies Record<FindProblem, string>,
});

export type FindStrings = ReturnType<typeof englishFind>;

/** What the bar says beside the field. */
export function summaryOf(state: FindState, strings: FindStrings): string {
  const { phase, found, scanned, after, upto, problem, detail } = state;
  const lines = Math.max(0, upto - after);
  if (phase === 'idle') return '';
  if (phase === 'waiting') return strings.waits;
  if (problem !== undefined) return problem === 'invalid' && detail !== undefined ? strings.invalid(detail) : strings.problems[problem];
  const place = currentIndex(state);
  const matches = place === undefined ? strings.matches(found) : strings.place(place, found);
  if (phase === 'done') return found === 0 ? strings.none(lines) : `${matches} · ${strings.all(lines)}`;
  const searched = strings.searched(lines === 0 ? 0 : Math.min(0.99, scanned / lines));
  return found === 0 ? searched : `${matches} · ${searched}`;
}

/** What screen readers announce of a search that ended; empty while it runs. */
export function announcementOf(state: FindState, strings: FindStrings): string {
  if (state.problem !== undefined) return summaryOf(state, strings);
  if (state.phase !== 'done') return '';
  return state.found === 0 ? summaryOf(state, strings) : strings.matches(state.found);
}
