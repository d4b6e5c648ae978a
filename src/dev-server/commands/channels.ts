import type { Option } from 'commander';
import { text } from '../cli/options.ts';
import { UsageError } from '../util/errors.ts';
import type { ServerAddress } from '../config/settings.ts';
import { RESERVED_PREFIX, readTopic } from '../../protocol/topic.ts';
import { METRICS_CHANNEL } from '../../server/access/signer.ts';
import { isPlainChannel } from '../util/channel-name.ts';

export const CHANNEL_OPTION: Option = text(
  '--channel <NAME>',
  'Name of the log (default: that of the topic, else derived from the command or file)',
  checkChannel,
);

/** Throws UsageError unless `name` is a valid channel. */
export function checkChannel(name: string): string {
  if (!isPlainChannel(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} is not a valid channel name. Use 1 to 256 characters of A-Z a-z 0-9 : . _ / @ -; no part between slashes may be empty, "." or "..".`,
    );
  }
  if (!name.startsWith(RESERVED_PREFIX)) return name;
  const hint = name === METRICS_CHANNEL ? ' For a topic that reads metrics: log-stream sign --metrics' : '';
  throw new UsageError(`Channels that begin with ${RESERVED_PREFIX} are reserved: use another name than ${name}.${hint}`);
}

/** The channel of --channel, else that of the topic, else `derive()`. */
export function channelFrom(option: string | undefined, topic: string | undefined, derive: () => string): string {
  return option ?? (topic === undefined ? undefined : readTopic(topic)?.channel) ?? derive();
}

/** The console page of a server, as the terminal shows its address. */
export interface WatchedPage {
  readonly origin: string;
  readonly consoleToken: string | undefined;
}

/** The address of a log in the console. It has the token at a terminal only: a file or a pipe may become a log that others read. */
export function pageUrl({ origin, consoleToken }: WatchedPage, channel: string, isTerminal: boolean = process.stderr.isTTY): string {
  return consoleUrl(`${origin}/?log=${encodeURIComponent(channel)}`, isTerminal ? consoleToken : undefined);
}

/** Says where a log that is being written can be watched; a server elsewhere may have no console. */
export function whereIs({ url }: Pick<ServerAddress, 'url'>, page: WatchedPage, channel: string): string {
  return url === undefined ? `Watch it at ${pageUrl(page, channel)}` : `Writing ${channel} to ${url.href}`;
}

/** An address with the token in its fragment, which browsers do not send. */
export function consoleUrl(url: string, token: string | undefined): string {
  return token === undefined ? url : `${url}#token=${encodeURIComponent(token)}`;
}
