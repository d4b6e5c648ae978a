import { basename, resolve } from 'node:path';
import { flag, integer } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { note } from '../terminal/note.ts';
import {
  REMOTE_OPTIONS,
  remoteAddressFrom,
  SERVE_OPTIONS,
  serveSettings,
  TOKEN_OPTION,
  type RemoteOptions,
  type ServeOptions,
} from '../cli/settings.ts';
import type { DevServer } from '../server/running-server.ts';
import { slug } from '../util/channel-name.ts';
import { followFile, type FileBreak } from '../follow/file-follower.ts';
import { FilePath } from '../follow/file-path.ts';
import { aborted, onStopSignal } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { CHANNEL_OPTION, channelFrom, whereIs, type WatchedPage } from './channels.ts';
import { findOrStartServer } from './find-or-start.ts';
import type { RemoteServer } from '../client/remote-server.ts';

/** ms to deliver the remaining lines after the stop signal. */
const FLUSH_TIMEOUT = 10_000;

interface TailOptions extends ServeOptions, RemoteOptions {
  readonly channel?: string;
  readonly lines?: number;
  readonly fromEnd?: true;
  readonly end?: true;
}

export const tail: CommandModule<TailOptions> = {
  operands: ['<FILE>'],
  usage: 'FILE [options]',
  about: `
Writes a file to a log from its first line, then whatever is appended to it, until stopped. Follows rotation and truncation:
first the rest of the old file, then the new one from its start. If the file doesn't exist yet, waits for it.

If a log-stream server is listening at --host and --port, the log goes there. Otherwise this process is the server.

  log-stream tail /var/log/syslog --lines 100
  log-stream tail build.log --channel build:42 --end`,
  options: [
    ...SERVE_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    CHANNEL_OPTION,
    integer('--lines <N>', 'Start with the last N lines (default: all lines)', 1).conflicts('fromEnd'),
    flag('--from-end', 'Start with new lines only'),
    flag('--end', 'When stopped, end the log with code 0 (default: leave it open)'),
  ],
  async run({ operands: [operand = ''], options }) {
    const path = resolve(operand);
    const settings = { ...serveSettings(options), ...remoteAddressFrom(options) };
    const channel = channelFrom(options.channel, settings.topic, () => `tail/${slug(basename(path))}`);
    const place = new FilePath(path, note);
    const file = await place.openFirst();
    if (file === undefined) note(`${path} doesn't exist yet. Waiting for it…`);
    const found = await findOrStartServer(settings);
    const stop = onStopSignal();
    const target = found.kind === 'own' ? produceHere(found.server, channel) : produceThere(found.server, channel);
    try {
      await Promise.race([target.producer.ready(), aborted(stop)]);
      if (stop.aborted) return 0;
      note(whereIs(settings, target, channel));
      void aborted(stop).then(() => setTimeout(() => target.giveUp(), FLUSH_TIMEOUT).unref());
      await followFile({
        file,
        place,
        path,
        lines: options.fromEnd === true ? 0 : options.lines,
        signal: stop,
        onBytes: (bytes) => target.producer.write(bytes, 'out'),
        onBreak: (what) => {
          note(breakMessage(path, what));
          target.producer.endLine();
        },
      });
      await target.producer.finish(options.end === true ? 0 : undefined);
    } finally {
      target.giveUp();
      await target.close();
    }
    return 0;
  },
};

function breakMessage(path: string, { why, lost }: FileBreak): string {
  if (why === 'replaced') return `${path} was replaced. Continuing with the new file.`;
  const missing = lost > 0 ? `${lost} bytes written before that are lost` : 'Lines written just before that may be lost';
  return `${path} was ${why}. Continuing from its start. ${missing}.`;
}

interface Target extends WatchedPage {
  readonly producer: LogProducer;
  giveUp(): void;
  close(): Promise<void>;
}

function produceHere(server: DevServer, channel: string): Target {
  const { origin, consoleToken } = server;
  // Closing the server drops lines that the store does not accept.
  return { origin, consoleToken, producer: server.produce(channel), giveUp: () => {}, close: () => server.close() };
}

function produceThere({ endpoint, topics, consoleToken }: RemoteServer, channel: string): Target {
  const controller = new AbortController();
  const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: controller.signal });
  const { origin } = endpoint;
  return { origin, consoleToken, producer, giveUp: () => controller.abort(), close: async () => endpoint.close() };
}
