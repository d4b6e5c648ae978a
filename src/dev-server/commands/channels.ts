import type { Arguments } from '../cli/arguments.ts';
import type { OptionSpec } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { isPlainChannel } from '../follow/channel-name.ts';

export const CHANNEL_OPTION: OptionSpec = {
  name: 'channel',
  value: 'NAME',
  help: 'Name of the log (default: derived from the command or file)',
};

/** Throws UsageError unless `text` names a log. */
export function checkChannel(text: string): string {
  if (isPlainChannel(text)) return text;
  throw new UsageError(
    `${JSON.stringify(text)} is not a valid channel name. Use 1 to 256 characters of A-Z a-z 0-9 : . _ / @ -; no part between slashes may be empty, "." or "..".`,
  );
}

export function channelFrom(args: Arguments, otherwise: () => string): string {
  const given = args.text('channel');
  return given === undefined ? otherwise() : checkChannel(given);
}

/** Where the page shows a log. */
export function pageUrl(origin: string, channel: string): string {
  return `${origin}/?log=${encodeURIComponent(channel)}`;
}
