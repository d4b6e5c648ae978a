import { LineSearch } from '../../../protocol/search/line-search.ts';
import { WholeLines, type WholeLine } from '../../../protocol/search/whole-lines.ts';
import { LogFollower } from '../../follow/log-follower.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { LineMarker } from '../../read/line-marker.ts';
import type { LogSnapshot } from '../../read/log-reader.ts';
import { LEVEL_ARGUMENT, levelArgument } from './search.ts';
import { CHANNEL_ARGUMENT, type Tool } from './tool.ts';

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 3_600;

export const wait: Tool = {
  name: 'wait',
  title: 'Wait for a log',
  description:
    'Waits until a log ends, a line matches a regular expression or has a level, or a time has passed, whichever comes first. The answer has the offset up to which it has looked: call it again with after set to that to go on without missing a line.',
  properties: {
    channel: CHANNEL_ARGUMENT,
    pattern: { type: 'string', description: 'A regular expression (JavaScript): return when a line matches it.' },
    level: {
      ...LEVEL_ARGUMENT,
      description: 'Return at an entry of this level or above; with a pattern, at a line of that level that matches.',
    },
    after: { type: 'integer', description: 'Look at the lines after this one; from now on if left out.', minimum: 0 },
    seconds: {
      type: 'integer',
      description: `How long to wait at most; ${DEFAULT_SECONDS} by default.`,
      minimum: 0,
      maximum: MAX_SECONDS,
    },
  },
  required: ['channel'],
  async run(access, args, signal) {
    const channel = args.required('channel');
    const pattern = args.text('pattern', undefined);
    const seconds = args.whole('seconds', { min: 0, max: MAX_SECONDS }, DEFAULT_SECONDS);
    const level = levelArgument(args);
    const reader = access.reader(channel);
    const state = await reader.state();
    const after = args.whole('after', { min: 0, max: Number.MAX_SAFE_INTEGER }, state?.head ?? 0);
    const search = pattern === undefined && level === undefined ? undefined : new LineSearch({ q: pattern ?? '', regex: true, level });
    const end = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
    const { endpoint, topics } = access.server;
    let offset = after;
    let matched: WholeLine | undefined;
    let mark: Mark | undefined;
    const joiner = new WholeLines((stored) => {
      if (matched !== undefined) return;
      const line = mark?.(stored) ?? stored;
      offset = line.to;
      if (search !== undefined && isFound(search, line)) matched = line;
    });
    for await (const event of new LogFollower({ endpoint, topics, channel, after, onTrouble: () => undefined, signal: end }).follow()) {
      if (event.kind === 'end') return { channel, reason: 'ended', exit_code: event.code, offset };
      if (event.kind === 'reset') return { channel, reason: 'reset', note: 'The log was deleted and started again.', offset: 0 };
      if (event.kind !== 'lines') continue;
      // Before its first line nothing is known of a log.
      mark ??= markOf(state ?? (await reader.state()));
      for (const [at, line] of event.lines.entries()) joiner.add(event.from + at, line);
      if (matched !== undefined) return { channel, reason: 'matched', offset, line: access.describe(channel, matched) };
    }
    return { channel, reason: 'time passed', offset };
  },
};

type Mark = (line: WholeLine) => WholeLine;

/** Gives a line its marks, if the server of the log does not. */
function markOf(state: LogSnapshot | undefined): Mark {
  if (state?.has.has('marks') === true) return (line) => line;
  const marker = new LineMarker();
  return (line) => marker.mark(line);
}

function isFound(search: LineSearch, line: WholeLine): boolean {
  return search.admits(line.extra) && search.counts(line) && search.matches(shownText(line.text));
}
