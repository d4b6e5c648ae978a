import type { Arguments } from '../cli/arguments.ts';
import type { Command } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { note } from '../cli/print.ts';
import { SERVE_OPTIONS, serveSettings } from '../cli/settings.ts';
import { LOG_LEVELS, openLogger, type LogLevel } from '../log/pino-logger.ts';
import { startDevServer } from '../dev-server.ts';
import { openInBrowser } from '../processes/browser.ts';
import { aborted, whenAskedToStop } from '../processes/signals.ts';

export const serve: Command = {
  name: 'serve',
  operands: '[options]',
  summary: 'Serve logs, and a page that shows them and runs commands',
  about: `
Serves logs over WebSocket and HTTP, and a console page for the people at this machine: it lists the logs, shows
them live, and runs commands whose output is a log each.

Logs are kept in .log-stream/ in the working directory, and so is the secret that signs topics, unless
LOG_STREAM_SECRET gives one. Signing and running commands work only on loopback, at localhost, and for the page of this
server.

  log-stream serve
  log-stream serve --port 9000 --job 'npm run build' --open
  LOG_STREAM_SECRET=new,old log-stream serve --host 0.0.0.0 --store redis://127.0.0.1`,
  options: [
    ...SERVE_OPTIONS,
    { name: 'job', value: 'CMD', repeat: true, help: 'Run this command as soon as the server listens' },
    { name: 'log-level', value: 'LEVEL', help: `One of ${LOG_LEVELS.join(', ')} (default info as JSON, warn at a terminal)` },
    { name: 'open', help: 'Open the page in a browser' },
  ],
  async run(args) {
    args.noOperands();
    const settings = serveSettings(args);
    const stop = whenAskedToStop();
    const server = await startDevServer(settings, await openLogger(logLevel(args), process.stderr.isTTY));
    process.stdout.write(`log-stream is listening on ${server.url}\n`);
    try {
      for (const job of args.list('job')) await server.jobs.start({ shell: job });
      if (args.flag('open')) openInBrowser(server.url);
      await aborted(stop);
      if (process.stderr.isTTY) note('Stopping. Once more to stop at once.');
    } finally {
      await server.close();
    }
    return 0;
  },
};

/** Throws UsageError. */
function logLevel(args: Arguments): LogLevel | undefined {
  const text = args.text('log-level');
  const level = LOG_LEVELS.find((known) => known === text);
  if (text !== undefined && level === undefined)
    throw new UsageError(`--log-level takes one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(text)}.`);
  return level;
}
