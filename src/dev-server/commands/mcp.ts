import type { Option } from 'commander';
import { list } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { ADDRESS_OPTIONS, checkTopic, remoteAddressFrom, TOKEN_OPTION, URL_OPTION, type AddressOptions } from '../cli/settings.ts';
import { TopicSet } from '../client/topic-set.ts';
import { LogAccess } from '../mcp/access/log-access.ts';
import { serveLogs } from '../mcp/serve-logs.ts';
import { requireServer } from './remote.ts';

interface McpOptions extends AddressOptions {
  readonly url?: URL;
  readonly topic?: readonly string[];
}

const TOPICS_OPTION: Option = list(
  '--topic <SIGNED>',
  'Signed topic of a log that may be read; visible in the list of processes, unlike LOG_STREAM_TOPIC (repeatable; default: every log of the server)',
  (value) => checkTopic(value, '--topic'),
);

export const mcp: CommandModule<McpOptions> = {
  usage: '[options]',
  about: `
Lets an agent read the logs of a running server, as a Model Context Protocol server on standard input and output. It offers the tools
list_logs, outline, read, search, next_error and wait; none of them writes. The agent sees the lines as people do, with text that a
line hides from them marked.

It needs the package @modelcontextprotocol/sdk. An agent's configuration names this command:

  { "mcpServers": { "logs": { "command": "npx", "args": ["log-stream", "mcp"] } } }`,
  options: [...ADDRESS_OPTIONS, TOKEN_OPTION, URL_OPTION, TOPICS_OPTION],
  async run({ options: { topic: topics = [], ...options } }) {
    const address = remoteAddressFrom({ ...options, ...(topics[0] !== undefined && { topic: topics[0] }) });
    const given = topics.length > 0 ? topics : [address.topic].filter((topic) => topic !== undefined);
    const server = await requireServer(address);
    try {
      await serveLogs(new LogAccess(given.length > 0 ? { ...server, topics: new TopicSet(given) } : server, given));
    } finally {
      server.endpoint.close();
    }
    return 0;
  },
};
