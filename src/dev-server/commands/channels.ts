import type { Arguments } from '../cli/arguments.ts';
import type { OptionSpec } from '../cli/command.ts';
import { UsageError } from '../util/errors.ts';
import type { ServerAddress } from '../config/settings.ts';
import { RESERVED_PREFIX, readTopic } from '../../protocol/topic.ts';
import { METRICS_CHANNEL } from '../../server/access/signer.ts';
import { isPlainChannel } from '../util/channel-name.ts';

export const CHANNEL_OPTION: OptionSpec = {
  name: 'channel',
  value: 'NAME',
  help: 'Name of the log (default: derived from the command or file)',
};

/** Throws UsageError unless `text` names a log. */
export function checkChannel(text: string): string {
  if (!isPlainChannel(text)) {
    throw new UsageError(
      `${JSON.stringify(text)} is not a valid channel name. Use 1 to 256 characters of A-Z a-z 0-9 : . _ / @ -; no part between slashes may be empty, "." or "..".`,
    );
  }
  if (!text.startsWith(RESERVED_PREFIX)) return text;
  const hint = text === METRICS_CHANNEL ? ' For a topic that reads metrics: log-stream sign --metrics' : '';
  throw new UsageError(`Channels that begin with ${RESERVED_PREFIX} are reserved: use another name than ${text}.${hint}`);
}

/** The log that --channel names, else the one that --topic is for, else `otherwise`. */
export function channelFrom(args: Arguments, { topic }: Pick<ServerAddress, 'topic'>, otherwise: () => string): string {
  const given = args.text('channel');
  if (given !== undefined) return checkChannel(given);
  return (topic === undefined ? undefined : readTopic(topic)?.channel) ?? otherwise();
}

/** A server's page, as the person at the terminal is told of it. */
export interface WatchedPage {
  readonly origin: string;
  readonly consoleToken: string | undefined;
}

/** Where the page shows a log. What lets it in is said to a terminal only: what goes to a file or a pipe may be a log itself. */
export function pageUrl({ origin, consoleToken }: WatchedPage, channel: string, isTerminal: boolean = process.stderr.isTTY): string {
  return consoleUrl(`${origin}/?log=${encodeURIComponent(channel)}`, isTerminal ? consoleToken : undefined);
}

/** Where a log that is being written can be watched: a server elsewhere need not have a console. */
export function whereIs({ url }: Pick<ServerAddress, 'url'>, page: WatchedPage, channel: string): string {
  return url === undefined ? `Watch it at ${pageUrl(page, channel)}` : `Writing ${channel} to ${url.href}`;
}

/** The address of a page with what lets it in, in the part that no browser sends. */
export function consoleUrl(url: string, token: string | undefined): string {
  return token === undefined ? url : `${url}#token=${encodeURIComponent(token)}`;
}
