import { joinedLines } from '../../read/joined-lines.ts';
import { AnswerLines } from '../access/answer-lines.ts';
import { CHANNEL_ARGUMENT, type Tool } from './tool.ts';
import { ToolError } from '../access/tool-arguments.ts';

const DEFAULT_LINES = 200;
const MAX_LINES = 5_000;
const DEFAULT_BYTES = 32 * 1_024;
const MAX_BYTES = 256 * 1_024;
const ANY_LINE = { min: 1, max: Number.MAX_SAFE_INTEGER };

export const read: Tool = {
  name: 'read',
  title: 'Read lines of a log',
  description: `Reads lines as a person sees them: a range, or the newest ones. Without from and tail it begins at the first line. Stops at ${DEFAULT_LINES} lines, or where the text exceeds max_bytes; next is then the line to continue at.`,
  properties: {
    channel: CHANNEL_ARGUMENT,
    from: { type: 'integer', description: 'First line to read.', minimum: 1 },
    to: { type: 'integer', description: 'Last line to read.', minimum: 1 },
    tail: { type: 'integer', description: 'Read this many of the newest lines instead of a range.', minimum: 1, maximum: MAX_LINES },
    max_bytes: {
      type: 'integer',
      description: `Most bytes of text; ${DEFAULT_BYTES} by default.`,
      minimum: 1,
      maximum: MAX_BYTES,
    },
  },
  required: ['channel'],
  async run(access, args) {
    const channel = args.required('channel');
    const tail = args.whole('tail', { min: 1, max: MAX_LINES }, undefined);
    const asked = args.whole('from', ANY_LINE, undefined);
    if (tail !== undefined && asked !== undefined) throw new ToolError('Give either from or tail.');
    const bytes = args.whole('max_bytes', { min: 1, max: MAX_BYTES }, DEFAULT_BYTES);
    const { reader, state } = await access.open(channel);
    const from = Math.max(state.first, tail === undefined ? (asked ?? 1) : state.head - tail + 1);
    const limit = args.whole('to', ANY_LINE, undefined) === undefined ? (tail ?? DEFAULT_LINES) : MAX_LINES;
    const to = Math.min(args.whole('to', ANY_LINE, state.head), state.head, from + limit - 1);
    const budget = new AnswerLines(bytes);
    let next = from;
    for await (const line of joinedLines(reader.pages(state.epoch, from - 1, to))) {
      if (!budget.add(access.describe(channel, line))) break;
      next = line.to + 1;
    }
    return {
      channel,
      head: state.head,
      ended: state.end !== undefined,
      ...(from > (asked ?? 1) && asked !== undefined && { note: `Lines before ${from} are no longer kept.` }),
      lines: budget.lines,
      ...(next <= state.head && { next }),
    };
  },
};
