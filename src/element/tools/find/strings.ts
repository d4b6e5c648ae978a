import { STRINGS, count } from '../../strings.ts';
import { currentIndex, type FindProblem, type FindState } from './find-state.ts';

/** Every text of the find bar. */
export const FIND_STRINGS = {
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
  context: (lines: number): string => (lines === 0 ? 'No context' : `± ${STRINGS.lines(lines)}`),
  /** Lines between two that are shown. */
  leftOut: (lines: number): string => `${STRINGS.lines(lines)} not shown. Click to show all`,
  allShown: 'All lines are shown',
  /** Not all that was found is shown. */
  bound: (lines: number): string => `Only the first ${count(lines)} lines are shown`,
  matches: (matches: number): string => `${count(matches)} ${matches === 1 ? 'match' : 'matches'}`,
  place: (place: number, matches: number): string => `${count(place)} of ${count(matches)}`,
  all: (lines: number): string => `all ${STRINGS.lines(lines)}`,
  searched: (percent: number): string => `${percent}% searched`,
  none: (lines: number): string => `No matches in ${STRINGS.lines(lines)}`,
  waits: 'Waiting for another download or stream to finish…',
  problems: {
    slow: 'Too slow: simplify the pattern',
    invalid: 'This pattern cannot be used',
    busy: 'Too many searches at the moment. Press Enter to try again',
    denied: 'No access to this log',
    interrupted: 'The search was interrupted. Press Enter to try again',
    'no-regex': 'Regular expressions are off: this page cannot start a worker for them',
  } satisfies Record<FindProblem, string>,
} as const;

/** What the bar says beside the field. */
export function summaryOf(state: FindState): string {
  const { phase, found, scanned, after, upto, problem, detail } = state;
  const lines = Math.max(0, upto - after);
  if (phase === 'idle') return '';
  if (phase === 'waiting') return FIND_STRINGS.waits;
  if (problem !== undefined) return problem === 'invalid' ? (detail ?? FIND_STRINGS.problems.invalid) : FIND_STRINGS.problems[problem];
  const place = currentIndex(state);
  const matches = place === undefined ? FIND_STRINGS.matches(found) : FIND_STRINGS.place(place, found);
  if (phase === 'done') return found === 0 ? FIND_STRINGS.none(lines) : `${matches} · ${FIND_STRINGS.all(lines)}`;
  const searched = FIND_STRINGS.searched(lines === 0 ? 0 : Math.min(99, Math.floor((100 * scanned) / lines)));
  return found === 0 ? searched : `${matches} · ${searched}`;
}

/** What screen readers announce of a search that ended; empty while it runs. */
export function announcementOf(state: FindState): string {
  if (state.problem !== undefined) return summaryOf(state);
  if (state.phase !== 'done') return '';
  return state.found === 0 ? summaryOf(state) : FIND_STRINGS.matches(state.found);
}
