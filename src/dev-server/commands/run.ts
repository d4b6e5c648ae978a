import { flag } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { UsageError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import {
  REMOTE_OPTIONS,
  remoteAddressFrom,
  SERVE_OPTIONS,
  serveSettings,
  TOKEN_OPTION,
  type RemoteOptions,
  type ServeOptions,
} from '../cli/settings.ts';
import type { ServeSettings } from '../config/settings.ts';
import type { DevServer } from '../server/running-server.ts';
import { slug } from '../util/channel-name.ts';
import { Child } from '../processes/child.ts';
import { secretTextsOf } from '../processes/environment.ts';
import { ChildOutputs, type OutputSink } from '../processes/child-outputs.ts';
import { aborted, codeOfSignal, stopSignal, onStopSignal } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { CHANNEL_OPTION, channelFrom, pageUrl, whereIs } from './channels.ts';
import { findOrStartServer } from './find-or-start.ts';
import type { RemoteServer } from '../client/remote-server.ts';

/** ms to deliver the remaining lines after the stop signal. */
const FLUSH_TIMEOUT = 10_000;

interface RunOptions extends ServeOptions, RemoteOptions {
  readonly channel?: string;
  readonly split?: true;
  readonly exit?: true;
}

export const run: CommandModule<RunOptions> = {
  usage: '[options] -- CMD [ARG…]',
  about: `
Runs a command, writes its output to a log and to this terminal, and records its exit code as the end of the log. The command
writes to a pipe, not a terminal, but is told to keep its colours (by FORCE_COLOR, CLICOLOR_FORCE, TERM and others, unless set).

Stdout and stderr share one pipe, in the exact order in which they are written, and are printed to stdout. With --split each
has its own: lines of stderr are marked and printed to stderr, but their order relative to stdout is not kept.

If a log-stream server is listening at --host and --port, the log goes there, and the exit code is that of the command.
Otherwise this process is the server, and keeps serving after the command has ended until you stop it, unless --exit is given.

The log ends with the command, even if something it started in the background is still writing. Ctrl-C stops the command and
everything it started, by force after 5 s.

  log-stream run -- npm run build
  log-stream run --exit -- make -j4`,
  options: [
    ...SERVE_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    CHANNEL_OPTION,
    flag('--split', 'Mark lines written to stderr, instead of keeping the order of both outputs'),
    flag('--exit', "Don't keep serving after the command has ended"),
  ],
  takesCommand: true,
  async run({ words, options }) {
    if (words.length === 0) throw new UsageError('Missing command: put it after --, as in `log-stream run -- npm test`.');
    const split = options.split === true;
    const settings = { ...serveSettings(options), ...remoteAddressFrom(options) };
    const found = await findOrStartServer(settings, () => {
      if (options.channel !== undefined)
        throw new UsageError('--channel needs a server that is already running: start one with `log-stream serve`.');
    });
    if (found.kind === 'own') return runHere(found.server, words, { split, exit: options.exit === true });
    const channel = channelFrom(options.channel, settings.topic, () => `run/${slug(words.join(' '))}/${Date.now().toString(36)}`);
    return runThere(found.server, settings, words, { split, channel });
  },
};

/** Runs the command as the first job of a server in this process. */
async function runHere(
  server: DevServer,
  words: readonly string[],
  { split, exit }: { readonly split: boolean; readonly exit: boolean },
): Promise<number> {
  const stop = onStopSignal();
  try {
    const { job, done } = await server.jobs.start({ words }, { stdin: 'inherit', split, echo: echo() });
    note(`Watch it at ${pageUrl(server, job.channel)}`);
    let isOver = false;
    const over = done.finally(() => (isOver = true));
    await Promise.race([over, aborted(stop)]);
    if (stop.aborted && !isOver) server.jobs.stop(job.channel, stopSignal(stop));
    else if (!exit) {
      note(`Exited with code ${await done}. Still serving at ${server.url}; press Ctrl-C to stop.`);
      await aborted(stop);
    }
    // Closing waits until the end of the job is written, unless the store does not accept it.
    await server.close();
    return await over;
  } finally {
    await server.close();
  }
}

async function runThere(
  remote: RemoteServer,
  settings: ServeSettings,
  words: readonly string[],
  { split, channel }: { readonly split: boolean; readonly channel: string },
): Promise<number> {
  const { endpoint, topics, consoleToken } = remote;
  const stop = onStopSignal();
  const giveUp = new AbortController();
  const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: giveUp.signal });
  // A log that cannot be written to is reported before the command starts.
  await Promise.race([producer.ready(), aborted(stop)]);
  if (stop.aborted) {
    giveUp.abort();
    endpoint.close();
    return codeOfSignal(stopSignal(stop));
  }
  note(whereIs(settings, { origin: endpoint.origin, consoleToken }, channel));
  const print = echo();
  let isLogLost = false;
  const child = new Child({
    command: { words },
    directory: process.cwd(),
    stdin: 'inherit',
    withheld: secretTextsOf(settings),
    outputs: await ChildOutputs.open(split),
    onOutput: async (chunk, output) => {
      // A log that takes no more lines is no reason to stop a build: it continues in this terminal.
      const written = isLogLost
        ? undefined
        : producer.write(chunk, output).catch((error: unknown) => {
            isLogLost = true;
            note(messageOf(error));
          });
      await Promise.all([written, print(chunk, output)]);
    },
  });
  void aborted(stop).then(() => {
    child.stop(stopSignal(stop));
    setTimeout(() => giveUp.abort(), FLUSH_TIMEOUT).unref();
  });
  const code = await child.exit;
  try {
    if (!isLogLost) await producer.finish(code);
  } catch (error) {
    note(`The log is incomplete: ${messageOf(error)}`);
  } finally {
    endpoint.close();
  }
  return code;
}

function echo(): OutputSink {
  const pipes = { out: new StdoutPipe(process.stdout), err: new StdoutPipe(process.stderr) };
  return (chunk, output) => pipes[output].write(chunk);
}
