import { readTopic } from '../../../protocol/topic.ts';
import { problemOf } from '../../client/problem.ts';
import type { RemoteServer } from '../../client/remote-server.ts';
import { LogReader, type LogSnapshot } from '../../read/log-reader.ts';
import type { WholeLine } from '../../../protocol/search/whole-lines.ts';
import { recordOf, type LineRecord } from '../../read/line-record.ts';
import { isPlainChannel } from '../../util/channel-name.ts';
import { agentText } from './agent-text.ts';
import { ToolError } from './tool-arguments.ts';

/** A log that an agent may read. */
export interface ListedLog {
  readonly channel: string;
  readonly state?: string;
  readonly lines?: number;
}

/** The logs of one server that an agent may read, and how they are named and linked for it. */
export class LogAccess {
  readonly #server: RemoteServer;
  /** The topics given on the command line; empty: the server or its secret signs one for each log. */
  readonly #topics: readonly string[];

  constructor(server: RemoteServer, topics: readonly string[]) {
    this.#server = server;
    this.#topics = topics;
  }

  get server(): RemoteServer {
    return this.#server;
  }

  /** All logs of the server if its console token is known, otherwise those of the topics. Throws ToolError. */
  async list(): Promise<readonly ListedLog[]> {
    const { endpoint, consoleToken } = this.#server;
    if (this.#topics.length > 0) return this.#topics.map((topic) => ({ channel: readTopic(topic)?.channel ?? '' }));
    if (consoleToken === undefined)
      throw new ToolError(
        'The list of logs needs the console token of the server, or --topic for each log: ask for a log by its channel instead.',
      );
    const answer = await endpoint.ask('/console/logs', { headers: { authorization: `Console ${consoleToken}` } });
    if (answer.status !== 200) throw new ToolError(`The server did not list its logs: ${problemOf(answer)}.`);
    return readList(JSON.parse(answer.body));
  }

  /** The log of a channel. Throws ToolError for a bad name. */
  reader(channel: string): LogReader {
    if (!isPlainChannel(channel)) throw new ToolError(`${JSON.stringify(channel)} is not a valid channel.`);
    return new LogReader(this.#server.endpoint, this.#server.topics, channel);
  }

  /** The log of a channel as it is now. Throws ToolError if nothing was written to it. */
  async open(channel: string): Promise<{ readonly reader: LogReader; readonly state: LogSnapshot }> {
    const reader = this.reader(channel);
    const state = await reader.state();
    if (state === undefined)
      throw new ToolError(`Nothing has been written to ${channel} yet. list_logs names the logs there are; wait waits for the first line.`);
    return { reader, state };
  }

  /** Where a person sees these lines; undefined where the server has no page for them. */
  link(channel: string, from: number, to = from): string | undefined {
    const { endpoint, consoleToken } = this.#server;
    if (consoleToken === undefined) return undefined;
    return `${endpoint.origin}/?log=${encodeURIComponent(channel)}#L${from}${to === from ? '' : `-L${to}`}`;
  }

  /** A line as an agent is given it, with its permalink. */
  describe(channel: string, line: WholeLine): LineRecord & { readonly link?: string } {
    const link = this.link(channel, line.from);
    return { ...recordOf(line), text: agentText(line.text), ...(link !== undefined && { link }) };
  }
}

function readList(value: unknown): readonly ListedLog[] {
  const logs: unknown = typeof value === 'object' && value !== null && 'logs' in value ? value.logs : undefined;
  if (!Array.isArray(logs)) throw new ToolError('The server did not list its logs: its answer cannot be read.');
  return (logs as readonly unknown[]).flatMap((log): ListedLog[] => {
    if (typeof log !== 'object' || log === null || !('channel' in log) || typeof log.channel !== 'string') return [];
    const state = 'state' in log && typeof log.state === 'string' ? { state: log.state } : {};
    const lines = 'lines' in log && typeof log.lines === 'number' ? { lines: log.lines } : {};
    return [{ channel: log.channel, ...state, ...lines }];
  });
}
