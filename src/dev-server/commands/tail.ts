import { basename, resolve } from 'node:path';
import type { Command } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { note } from '../cli/print.ts';
import { SERVE_OPTIONS, serveSettings, TOKEN_OPTION, type ServeSettings } from '../cli/settings.ts';
import { startDevServer } from '../dev-server.ts';
import { slug } from '../follow/channel-name.ts';
import { followFile } from '../follow/file-follower.ts';
import { whenAskedToStop } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { CHANNEL_OPTION, channelFrom, pageUrl, type Page } from './channels.ts';
import { findServer } from './remote.ts';

/** ms that what is left to deliver may take once somebody asked to stop. */
const FAREWELL = 10_000;

export const tail: Command = {
  name: 'tail',
  operands: 'FILE [options]',
  summary: 'Show a file while it is written, through rotation and truncation',
  about: `
Writes a file to a log from its first line, and then what is appended to it, until it is stopped. When the file is renamed and
made anew, or cut, it follows: the rest of the old file first, then the new one from its start.

If a log-stream server listens at --host and --port the log goes there; if not, this process is the server.

  log-stream tail /var/log/syslog --lines 100
  log-stream tail build.log --channel build:42 --end`,
  options: [
    ...SERVE_OPTIONS,
    TOKEN_OPTION,
    CHANNEL_OPTION,
    { name: 'lines', value: 'N', help: 'Begin with the last N lines' },
    { name: 'from-end', help: 'Begin with what is written from now on' },
    { name: 'end', help: 'When stopped, end the log with code 0' },
  ],
  async run(args) {
    const path = resolve(args.operand('The file'));
    const lines = args.integer('lines', 1);
    if (lines !== undefined && args.flag('from-end')) throw new UsageError('--lines and --from-end cannot both be: choose one.');
    const channel = channelFrom(args, () => `tail/${slug(basename(path))}`);
    const settings = serveSettings(args);
    const stop = whenAskedToStop();
    const target = await openTarget(settings, channel);
    try {
      await target.producer.ready();
      note(`${path} is shown at ${pageUrl(target, channel)}`);
      stop.addEventListener('abort', () => setTimeout(() => target.giveUp(), FAREWELL).unref());
      await followFile({
        path,
        lines: args.flag('from-end') ? 0 : lines,
        signal: stop,
        onBytes: (bytes) => target.producer.write(bytes, 'out'),
        onBreak: (why) => {
          note(`${path} was ${why}: going on with ${why === 'rotated' ? 'the new one' : 'its start'}.`);
          target.producer.cut();
        },
      });
      await target.producer.finish(args.flag('end') ? 0 : undefined);
    } finally {
      await target.close();
    }
    return 0;
  },
};

interface Target extends Page {
  readonly producer: LogProducer;
  giveUp(): void;
  close(): Promise<void>;
}

async function openTarget(settings: ServeSettings, channel: string): Promise<Target> {
  const remote = await findServer(settings);
  const controller = new AbortController();
  const giveUp = (): void => controller.abort();
  if (remote === undefined) {
    const server = await startDevServer(settings);
    const { origin, consoleToken } = server;
    return { origin, consoleToken, producer: server.produce(channel), giveUp, close: () => server.close() };
  }
  const { endpoint, topics, consoleToken } = remote;
  const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: controller.signal });
  return {
    origin: endpoint.origin,
    consoleToken,
    producer,
    giveUp,
    close: async () => endpoint.close(),
  };
}
