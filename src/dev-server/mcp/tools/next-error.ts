import { LEVEL } from '../../../protocol/marks/level.ts';
import { joinedLines } from '../../read/joined-lines.ts';
import { nextEntry } from '../../read/next-entry.ts';
import { AnswerLines } from '../access/answer-lines.ts';
import { CHANNEL_ARGUMENT, type Tool } from './tool.ts';
import { LEVEL_ARGUMENT, levelArgument } from './search.ts';

const DEFAULT_CONTEXT = 5;
const MAX_CONTEXT = 100;
/** Lines after the error that may continue it, such as a stack trace. */
const MAX_TRACE = 200;
const MAX_BYTES = 32 * 1_024;

export const nextError: Tool = {
  name: 'next_error',
  title: 'Next error of a log',
  description:
    'Finds the first error after a line, with the lines around it and those that continue it, such as a stack trace. Call it again with after set to the line it found for the next one.',
  properties: {
    channel: CHANNEL_ARGUMENT,
    after: { type: 'integer', description: 'Look after this line; 0, the start of the log, by default.', minimum: 0 },
    level: { ...LEVEL_ARGUMENT, description: 'The level to look for, or above; error by default.' },
    context: {
      type: 'integer',
      description: `Lines before and after to return; ${DEFAULT_CONTEXT} by default.`,
      minimum: 0,
      maximum: MAX_CONTEXT,
    },
  },
  required: ['channel'],
  async run(access, args, signal) {
    const channel = args.required('channel');
    const after = args.whole('after', { min: 0, max: Number.MAX_SAFE_INTEGER }, 0);
    const level = levelArgument(args) ?? LEVEL.error;
    const context = args.whole('context', { min: 0, max: MAX_CONTEXT }, DEFAULT_CONTEXT);
    const { reader, state } = await access.open(channel);
    const found = await nextEntry(reader, state, { level, after }, signal);
    if (found === undefined) return { channel, found: false, head: state.head, ended: state.end !== undefined };
    const from = Math.max(state.first, found - context);
    const budget = new AnswerLines(MAX_BYTES);
    let rest = context;
    for await (const line of joinedLines(reader.pages(state.epoch, from - 1, Math.min(state.head, found + MAX_TRACE + context)))) {
      if (line.from > found && line.extra?.k !== 1 && (rest -= 1) < 0) break;
      if (!budget.add(access.describe(channel, line))) break;
    }
    return { channel, found: true, line: found, link: access.link(channel, found), lines: budget.lines };
  },
};
