import type { Tool } from './tool.ts';

export const listLogs: Tool = {
  name: 'list_logs',
  title: 'List logs',
  description:
    'Lists the logs that can be read, with their states and how many lines they have. Start here if you do not know the channel.',
  properties: {},
  required: [],
  run: async (access) => ({ logs: await access.list() }),
};
