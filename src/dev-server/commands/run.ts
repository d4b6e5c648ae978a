import type { Command } from '../cli/command.ts';
import { messageOf, UsageError } from '../cli/errors.ts';
import { note, Outlet } from '../cli/print.ts';
import { SERVE_OPTIONS, serveSettings, TOKEN_OPTION, type ServeSettings } from '../cli/settings.ts';
import { startDevServer } from '../dev-server.ts';
import { slug } from '../follow/channel-name.ts';
import { Child, type Output } from '../processes/child.ts';
import { withheldBy } from '../processes/environment.ts';
import { shellQuote } from '../processes/shell-quote.ts';
import { aborted, whenAskedToStop } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { CHANNEL_OPTION, channelFrom, pageUrl } from './channels.ts';
import { findServer, type Remote } from './remote.ts';

/** ms that what is left to deliver may take once somebody asked to stop. */
const FAREWELL = 10_000;

export const run: Command = {
  name: 'run',
  operands: '[options] -- CMD [ARG…]',
  summary: 'Run a command and show its output while it is written',
  about: `
Runs a command, writes its output to a log and to this terminal, and records its exit code as the end of the log. Colours are
kept: the command is told to use them although it writes to a pipe (FORCE_COLOR, CLICOLOR_FORCE, TERM and others, unless
they are set). It gets no terminal of its own: stdout and stderr would be one there, and programs would draw for a screen.

If a log-stream server listens at --host and --port the log goes there, and the exit code is that of the command. If not, this
process is the server, and serves on when the command has ended, until it is stopped or with --exit.

Stopping it (Ctrl-C) stops the command and everything it started; after 5 s by force.

  log-stream run -- npm run build
  log-stream run --exit -- make -j4`,
  options: [...SERVE_OPTIONS, TOKEN_OPTION, CHANNEL_OPTION, { name: 'exit', help: 'Do not serve on when the command has ended' }],
  takesCommand: true,
  async run(args) {
    args.noOperands();
    const words = args.command;
    if (words.length === 0) throw new UsageError('The command is missing: put it behind --, as in `log-stream run -- npm test`.');
    const settings = serveSettings(args);
    const remote = await findServer(settings);
    if (remote === undefined) {
      if (args.text('channel') !== undefined)
        throw new UsageError('--channel needs a server that runs already: start one with `log-stream serve`.');
      return runHere(settings, words, args.flag('exit'));
    }
    const channel = channelFrom(args, () => `run/${slug(words.join(' '))}/${Date.now().toString(36)}`);
    return runThere(remote, settings, words, channel);
  },
};

/** Runs it as the first job of a server in this process. */
async function runHere(settings: ServeSettings, words: readonly string[], exit: boolean): Promise<number> {
  const stop = whenAskedToStop();
  const server = await startDevServer(settings);
  try {
    const { job, done } = await server.jobs.start({ words }, { stdin: 'inherit', echo: echo() });
    note(`${shellQuote(words)} is shown at ${pageUrl(server, job.channel)}`);
    await Promise.race([done, aborted(stop)]);
    if (!stop.aborted && !exit) {
      note(`It ended with code ${await done}. Serving on at ${server.url} until stopped.`);
      await aborted(stop);
    }
    // Closing stops the job if it still runs, and waits for its end.
    await server.close();
    return await done;
  } finally {
    await server.close();
  }
}

async function runThere(remote: Remote, settings: ServeSettings, words: readonly string[], channel: string): Promise<number> {
  const { endpoint, topics, consoleToken } = remote;
  const stop = whenAskedToStop();
  const giveUp = new AbortController();
  const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: giveUp.signal });
  // What would be refused is refused before the command has begun.
  await producer.ready();
  note(`${shellQuote(words)} is shown at ${pageUrl({ origin: endpoint.origin, consoleToken }, channel)}`);
  const print = echo();
  let lost = false;
  const child = new Child({
    command: { words },
    directory: process.cwd(),
    stdin: 'inherit',
    withheld: withheldBy(settings),
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
  stop.addEventListener('abort', () => {
    child.stop();
    setTimeout(() => giveUp.abort(), FAREWELL).unref();
  });
  if (stop.aborted) child.stop();
  const code = await child.exit;
  try {
    if (!lost) await producer.finish(code);
  } catch (error) {
    note(`The log is not complete: ${messageOf(error)}`);
  } finally {
    endpoint.close();
  }
  return code;
}

function echo(): (chunk: Buffer, output: Output) => Promise<void> {
  const outlets = { out: new Outlet(process.stdout), err: new Outlet(process.stderr) };
  return (chunk, output) => outlets[output].write(chunk);
}
