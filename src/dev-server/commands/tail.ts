import { basename, resolve } from 'node:path';
import type { Command } from '../cli/command.ts';
import { UsageError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';
import { REMOTE_OPTIONS, SERVE_OPTIONS, serveSettings, TOKEN_OPTION } from '../cli/settings.ts';
import type { ServeSettings } from '../config/settings.ts';
import { startDevServer } from '../server/dev-server.ts';
import { slug } from '../util/channel-name.ts';
import { followFile, type FileBreak } from '../follow/file-follower.ts';
import { FilePath } from '../follow/file-place.ts';
import { aborted, whenAskedToStop } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { CHANNEL_OPTION, channelFrom, whereIs, type WatchedPage } from './channels.ts';
import { findServer, type RemoteServer } from './remote.ts';

/** ms that what is left to deliver may take once somebody asked to stop. */
const FLUSH_TIMEOUT = 10_000;

export const tail: Command = {
  name: 'tail',
  operands: 'FILE [options]',
  summary: 'Follow a file',
  about: `
Writes a file to a log from its first line, and then what is appended to it, until it is stopped. Follows rotation and
truncation: the rest of the old file first, then the new one from its start. A file that doesn't exist yet is waited for.

If a log-stream server listens at --host and --port the log goes there; if not, this process is the server.

  log-stream tail /var/log/syslog --lines 100
  log-stream tail build.log --channel build:42 --end`,
  options: [
    ...SERVE_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    CHANNEL_OPTION,
    { name: 'lines', value: 'N', help: 'Start with the last N lines' },
    { name: 'from-end', help: 'Start with new lines only' },
    { name: 'end', help: 'When stopped, end the log with code 0' },
  ],
  async run(args) {
    const path = resolve(args.operand('FILE'));
    const lines = args.integer('lines', 1);
    if (lines !== undefined && args.flag('from-end')) throw new UsageError('--lines and --from-end cannot both be used: choose one.');
    const settings = serveSettings(args);
    const channel = channelFrom(args, settings, () => `tail/${slug(basename(path))}`);
    const place = new FilePath(path, note);
    const file = await place.openFirst();
    if (file === undefined) note(`${path} doesn't exist yet. Waiting for it…`);
    const remote = await findServer(settings);
    const stop = whenAskedToStop();
    const target = remote === undefined ? await serveHere(settings, channel) : produceThere(remote, channel);
    try {
      await Promise.race([target.producer.ready(), aborted(stop)]);
      if (stop.aborted) return 0;
      note(whereIs(settings, target, channel));
      void aborted(stop).then(() => setTimeout(() => target.giveUp(), FLUSH_TIMEOUT).unref());
      await followFile({
        file,
        place,
        path,
        lines: args.flag('from-end') ? 0 : lines,
        signal: stop,
        onBytes: (bytes) => target.producer.write(bytes, 'out'),
        onBreak: (what) => {
          note(breakMessage(path, what));
          target.producer.cut();
        },
      });
      await target.producer.finish(args.flag('end') ? 0 : undefined);
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

async function serveHere(settings: ServeSettings, channel: string): Promise<Target> {
  const server = await startDevServer(settings);
  const { origin, consoleToken } = server;
  // Closing gives up what the store does not take.
  return { origin, consoleToken, producer: server.produce(channel), giveUp: () => {}, close: () => server.close() };
}

function produceThere({ endpoint, topics, consoleToken }: RemoteServer, channel: string): Target {
  const controller = new AbortController();
  const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: controller.signal });
  const { origin } = endpoint;
  return { origin, consoleToken, producer, giveUp: () => controller.abort(), close: async () => endpoint.close() };
}
