import { LEVEL } from '../../protocol/marks/level.ts';
import type { LevelCounts, LogGroup } from '../../server/store.ts';
import { plainText } from '../terminal/terminal-text.ts';
import { levelName, type LevelName } from './line-record.ts';
import type { Outline } from './outline.ts';

/** The log, then each of its groups, for programs to read. */
export function outlineRecords(channel: string, { state, counts, groups, more }: Outline): readonly object[] {
  const { epoch, first, head, end } = state;
  return [
    { channel, epoch, first, head, ...(end !== undefined && { end }), levels: levelCounts(counts), ...(more && { more }) },
    ...groups.map(groupRecord),
  ];
}

/** How many entries there are of each level, by its name. */
export function levelCounts(counts: LevelCounts): Readonly<Record<string, number>> {
  return Object.fromEntries(NAMES.map((name, rank) => [name, counts[rank] ?? 0]));
}

/** A group for programs to read. Times are unix ms. */
export interface GroupRecord {
  readonly offset: number;
  readonly title: string;
  readonly depth: number;
  readonly time: number;
  /** Its last line, and when that was written; absent while it is open. */
  readonly end?: number;
  readonly until?: number;
  readonly warnings: number;
  readonly errors: number;
}

export function groupRecord({ line, t, d, time, end, until, warn, error }: LogGroup): GroupRecord {
  return {
    offset: line,
    title: t,
    depth: d,
    time,
    ...(end !== undefined && { end }),
    ...(until !== undefined && { until }),
    warnings: warn,
    errors: error,
  };
}

/** The outline for people. @param now unix ms, for groups that are open. */
export function outlineText(channel: string, { state, counts, groups, more }: Outline, now: number): string {
  const lines = [`${channel} · ${plural(state.head - state.first + 1, 'line')} · ${outcome(state.end)}`];
  const levels = NAMES.map((name, rank) => [name, counts[rank] ?? 0] as const).filter(([, count]) => count > 0);
  if (levels.length > 0)
    lines.push(
      levels
        .reverse()
        .map(([name, count]) => `${name} ${number(count)}`)
        .join(' · '),
    );
  if (groups.length > 0) lines.push('');
  const width = String(groups.at(-1)?.line ?? 0).length;
  for (const group of groups) lines.push(groupText(group, width, now));
  if (more) lines.push('… and more groups');
  return `${lines.join('\n')}\n`;
}

const NAMES = Object.values(LEVEL).map((level) => levelName(level) as LevelName);

function groupText({ line, t, d, time, end, until, warn, error }: LogGroup, width: number, now: number): string {
  const facts = [
    end === undefined ? `open for ${span(now - time)}` : span((until ?? time) - time),
    ...(error > 0 ? [plural(error, 'error')] : []),
    ...(warn > 0 ? [plural(warn, 'warning')] : []),
  ];
  return `${String(line).padStart(width)}  ${'  '.repeat(d)}${plainText(t)} (${facts.join(', ')})`;
}

function outcome(end: number | undefined): string {
  if (end === undefined) return 'not ended';
  return end === 0 ? 'succeeded' : `ended with exit code ${end}`;
}

function span(ms: number): string {
  if (ms < 60_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)}s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes}m ${Math.floor((ms % 60_000) / 1_000)}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
