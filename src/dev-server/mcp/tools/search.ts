import { levelNamed } from '../../../protocol/marks/level.ts';
import { findLines } from '../../read/find-lines.ts';
import type { WholeLine } from '../../../protocol/search/whole-lines.ts';
import { AnswerLines } from '../access/answer-lines.ts';
import { CHANNEL_ARGUMENT, type ArgumentSchema, type Tool } from './tool.ts';
import { ToolError, type ToolArguments } from '../access/tool-arguments.ts';

const DEFAULT_HITS = 50;
const MAX_HITS = 1_000;
const MAX_BYTES = 64 * 1_024;

export const LEVEL_ARGUMENT: ArgumentSchema = {
  type: 'string',
  description: 'Only entries of this level or above.',
  enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
};

export const search: Tool = {
  name: 'search',
  title: 'Search a log',
  description:
    'Finds the lines of a log that contain a text or match a regular expression (JavaScript), in the text as a person sees it. Upper and lower case are the same unless case is true. The number of hits is of all lines searched, also beyond limit.',
  properties: {
    channel: CHANNEL_ARGUMENT,
    query: { type: 'string', description: 'What to find. May be left out if level is given.' },
    regex: { type: 'boolean', description: 'query is a regular expression.' },
    case: { type: 'boolean', description: 'Upper and lower case differ.' },
    word: { type: 'boolean', description: 'Only whole words.' },
    without: { type: 'string', description: 'Leave out lines that contain this text.' },
    level: LEVEL_ARGUMENT,
    after: { type: 'integer', description: 'Search the lines after this one.', minimum: 0 },
    upto: { type: 'integer', description: 'Search up to this line.', minimum: 1 },
    from_end: { type: 'boolean', description: 'Newest hits first.' },
    limit: { type: 'integer', description: `Most hits to return; ${DEFAULT_HITS} by default.`, minimum: 1, maximum: MAX_HITS },
  },
  required: ['channel'],
  async run(access, args, signal) {
    const channel = args.required('channel');
    const level = levelArgument(args);
    const text = args.text('query', '');
    if (text === '' && level === undefined) throw new ToolError('Give a query, a level, or both.');
    const limit = args.whole('limit', { min: 1, max: MAX_HITS }, DEFAULT_HITS);
    const { reader, state } = await access.open(channel);
    const query = {
      q: text,
      regex: args.flag('regex'),
      case: args.flag('case'),
      word: args.flag('word'),
      without: args.text('without', undefined),
      level,
    };
    const scope = {
      after: args.whole('after', { min: 0, max: Number.MAX_SAFE_INTEGER }, 0),
      upto: args.whole('upto', { min: 1, max: Number.MAX_SAFE_INTEGER }, state.head),
      isFromEnd: args.flag('from_end'),
    };
    const budget = new AnswerLines(MAX_BYTES);
    const onLine = (line: WholeLine): boolean => budget.lines.length < limit && budget.add(access.describe(channel, line));
    const found = await findLines(reader, state, query, scope, { onLine, signal });
    return { channel, found, lines: budget.lines, ...(found > budget.lines.length && { more: true }) };
  },
};

/** The level that a call names. Throws ToolError. */
export function levelArgument(args: ToolArguments): number | undefined {
  const name = args.text('level', undefined);
  const level = name === undefined ? undefined : levelNamed(name);
  if (name !== undefined && level === undefined) throw new ToolError(`level must be one of ${(LEVEL_ARGUMENT.enum ?? []).join(', ')}.`);
  return level;
}
