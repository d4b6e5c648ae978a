import type { Command } from '../cli/command.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { UsageError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import { REMOTE_OPTIONS, SERVE_OPTIONS, serveSettings, TOKEN_OPTION } from '../cli/settings.ts';
import type { ServeSettings } from '../config/settings.ts';
import { startDevServer } from '../server/dev-server.ts';
import { slug } from '../util/channel-name.ts';
import { Child } from '../processes/child.ts';
import { secretTextsOf } from '../processes/environment.ts';
import { ChildOutputs, type OutputSink } from '../processes/child-outputs.ts';
import { aborted, codeOfSignal, stopSignal, whenAskedToStop } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { CHANNEL_OPTION, channelFrom, pageUrl, whereIs } from './channels.ts';
import { findServer, type RemoteServer } from './remote.ts';

/** ms that what is left to deliver may take once somebody asked to stop. */
const FLUSH_TIMEOUT = 10_000;

export const run: Command = {
  name: 'run',
  operands: '[options] -- CMD [ARG…]',
  summary: 'Run a command and stream its output',
  about: `
Runs a command, writes its output to a log and to this terminal, and records its exit code as the end of the log. Colors are
kept: the command is told to use them although it writes to a pipe (FORCE_COLOR, CLICOLOR_FORCE, TERM and others, unless
they are set). It gets no terminal of its own, where programs would draw for a screen.

Both outputs go through one pipe, in the exact order in which they are written, and to stdout here. With --split each has its
own: lines of stderr are marked and go to stderr, but may come before or after lines of stdout that were written close to them.

If a log-stream server listens at --host and --port the log goes there, and the exit code is that of the command. If not, this
process is the server, and serves on when the command has ended, until it is stopped or with --exit.

The log ends with the command, even if something it started in the background is still writing. Stopping it (Ctrl-C) stops the command and everything it started; after 5 s by force.

  log-stream run -- npm run build
  log-stream run --exit -- make -j4`,
  options: [
    ...SERVE_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    CHANNEL_OPTION,
    { name: 'split', help: 'Mark lines written to stderr, instead of keeping the order of both outputs' },
    { name: 'exit', help: "Don't keep serving after the command has ended" },
  ],
  takesCommand: true,
  async run(args) {
    args.noOperands();
    const words = args.command;
    if (words.length === 0) throw new UsageError('Missing command: put it after --, as in `log-stream run -- npm test`.');
    const split = args.flag('split');
    const settings = serveSettings(args);
    const remote = await findServer(settings);
    if (remote === undefined) {
      if (args.text('channel') !== undefined)
        throw new UsageError('--channel needs a server that is already running: start one with `log-stream serve`.');
      return runHere(settings, words, { split, exit: args.flag('exit') });
    }
    const channel = channelFrom(args, settings, () => `run/${slug(words.join(' '))}/${Date.now().toString(36)}`);
    return runThere(remote, settings, words, { split, channel });
  },
};

/** Runs it as the first job of a server in this process. */
async function runHere(
  settings: ServeSettings,
  words: readonly string[],
  { split, exit }: { readonly split: boolean; readonly exit: boolean },
): Promise<number> {
  const stop = whenAskedToStop();
  const server = await startDevServer(settings);
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
    // Closing waits for the end of the job, unless the store does not take it.
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
  const stop = whenAskedToStop();
  const giveUp = new AbortController();
  const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: giveUp.signal });
  // What would be refused is refused before the command has begun.
  await Promise.race([producer.ready(), aborted(stop)]);
  if (stop.aborted) {
    giveUp.abort();
    endpoint.close();
    return codeOfSignal(stopSignal(stop));
  }
  note(whereIs(settings, { origin: endpoint.origin, consoleToken }, channel));
  const print = echo();
  let lost = false;
  const child = new Child({
    command: { words },
    directory: process.cwd(),
    stdin: 'inherit',
    withheld: secretTextsOf(settings),
    outputs: await ChildOutputs.open(split),
    onOutput: async (chunk, output) => {
      // A log that takes no more lines is no reason to stop a build: it goes on in this terminal.
      const taken = lost
        ? undefined
        : producer.write(chunk, output).catch((error: unknown) => {
            lost = true;
            note(messageOf(error));
          });
      await Promise.all([taken, print(chunk, output)]);
    },
  });
  void aborted(stop).then(() => {
    child.stop(stopSignal(stop));
    setTimeout(() => giveUp.abort(), FLUSH_TIMEOUT).unref();
  });
  const code = await child.exit;
  try {
    if (!lost) await producer.finish(code);
  } catch (error) {
    note(`The log is incomplete: ${messageOf(error)}`);
  } finally {
    endpoint.close();
  }
  return code;
}

function echo(): OutputSink {
  const outlets = { out: new StdoutPipe(process.stdout), err: new StdoutPipe(process.stderr) };
  return (chunk, output) => outlets[output].write(chunk);
}
