import { groupRecord, levelCounts } from '../../read/outline-text.ts';
import { outlineOf } from '../../read/outline.ts';
import { agentText } from '../access/agent-text.ts';
import { CHANNEL_ARGUMENT, type Tool } from './tool.ts';

const DEFAULT_GROUPS = 100;
const MAX_GROUPS = 1_000;

export const outline: Tool = {
  name: 'outline',
  title: 'Outline of a log',
  description:
    'Describes a log of any length without its lines: how many there are, whether and how it ended, how many entries it has of each level, and its groups (such as the steps of a CI job) with their durations, warnings and errors. Use it before reading.',
  properties: {
    channel: CHANNEL_ARGUMENT,
    groups: { type: 'integer', description: `Most groups to list; ${DEFAULT_GROUPS} by default.`, minimum: 1, maximum: MAX_GROUPS },
  },
  required: ['channel'],
  async run(access, args) {
    const channel = args.required('channel');
    const limit = args.whole('groups', { min: 1, max: MAX_GROUPS }, DEFAULT_GROUPS);
    const { reader, state } = await access.open(channel);
    const { counts, groups, more } = await outlineOf(reader, state, limit);
    const { first, head, end } = state;
    return {
      channel,
      first,
      head,
      ended: end !== undefined,
      ...(end !== undefined && { exit_code: end }),
      levels: levelCounts(counts),
      groups: groups.map((group) => ({ ...groupRecord(group), title: agentText(group.t), link: access.link(channel, group.line) })),
      ...(more && { more_groups: true }),
    };
  },
};
