import { nameOf, statusOfEntry, type Entry, type EntryStatus } from './entry.ts';

/** Logs from which on the list can be filtered. */
export const FILTERED_FROM = 8;

export type StateFilter = 'all' | 'running' | 'failed';

/** Which logs of the list are shown. */
export interface ListFilter {
  /** Part of a name or channel, in either case. */
  readonly text: string;
  readonly state: StateFilter;
}

export const NO_FILTER: ListFilter = { text: '', state: 'all' };

/** The tabs over the list, in order. */
export const STATE_FILTERS: readonly { readonly state: StateFilter; readonly label: string }[] = [
  { state: 'all', label: 'All' },
  { state: 'running', label: 'Running' },
  { state: 'failed', label: 'Failed' },
];

const RUNNING: ReadonlySet<EntryStatus> = new Set<EntryStatus>(['running', 'active']);
const FAILED: ReadonlySet<EntryStatus> = new Set<EntryStatus>(['failed', 'interrupted']);

/** The logs that a filter admits, in their order. */
export function filterEntries(entries: readonly Entry[], { text, state }: ListFilter): readonly Entry[] {
  const wanted = text.trim().toLowerCase();
  return entries.filter((entry) => {
    if (!isIn(entry, state)) return false;
    return nameOf(entry).toLowerCase().includes(wanted) || entry.channel.toLowerCase().includes(wanted);
  });
}

/** Whether a log belongs under a tab. */
export function isIn(entry: Entry, state: StateFilter): boolean {
  if (state === 'all') return true;
  return (state === 'running' ? RUNNING : FAILED).has(statusOfEntry(entry));
}

/** The numbers of jobs whose command was run more than once, by channel: such runs look alike otherwise. */
export function runNumbers(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const runs = new Map<string, number>();
  for (const { command } of entries) if (command !== undefined) runs.set(command, (runs.get(command) ?? 0) + 1);
  const numbers = new Map<string, string>();
  for (const { channel, command } of entries) {
    // The server names the log of a job `job/NAME/NUMBER`.
    const number = /\/(\d+)$/u.exec(channel)?.[1];
    if (command !== undefined && (runs.get(command) ?? 0) > 1 && number !== undefined) numbers.set(channel, `#${number}`);
  }
  return numbers;
}
