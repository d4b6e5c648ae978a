import { LineSearch } from '../../../protocol/search/line-search.ts';
import { WholeLines, type WholeLine } from '../../../protocol/search/whole-lines.ts';
import { LogFollower } from '../../follow/log-follower.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { CHANNEL_ARGUMENT, type Tool } from './tool.ts';

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 3_600;

export const wait: Tool = {
  name: 'wait',
  title: 'Wait for a log',
  description:
    'Waits until a log ends, a line matches a regular expression, or a time has passed, whichever comes first. The answer has the offset up to which it has looked: call it again with after set to that to go on without missing a line.',
  properties: {
    channel: CHANNEL_ARGUMENT,
    pattern: { type: 'string', description: 'A regular expression (JavaScript): return when a line matches it.' },
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
    const state = await access.reader(channel).state();
    const after = args.whole('after', { min: 0, max: Number.MAX_SAFE_INTEGER }, state?.head ?? 0);
    const search = pattern === undefined ? undefined : new LineSearch({ q: pattern, regex: true });
    const end = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
    const { endpoint, topics } = access.server;
    let offset = after;
    let matched: WholeLine | undefined;
    const joiner = new WholeLines((line) => {
      if (matched !== undefined) return;
      offset = line.to;
      if (search?.matches(shownText(line.text)) === true) matched = line;
    });
    for await (const event of new LogFollower({ endpoint, topics, channel, after, onTrouble: () => undefined, signal: end }).follow()) {
      if (event.kind === 'end') return { channel, reason: 'ended', exit_code: event.code, offset };
      if (event.kind === 'reset') return { channel, reason: 'reset', note: 'The log was deleted and started again.', offset: 0 };
      if (event.kind !== 'lines') continue;
      for (const [at, line] of event.lines.entries()) joiner.add(event.from + at, line);
      if (matched !== undefined) return { channel, reason: 'matched', offset, line: access.describe(channel, matched) };
    }
    return { channel, reason: 'time passed', offset };
  },
};
