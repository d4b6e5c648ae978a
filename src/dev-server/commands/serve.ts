import type { RedirectFile } from '../access/redirect-file.ts';
import type { Arguments } from '../cli/arguments.ts';
import type { Command } from '../cli/command.ts';
import { UsageError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';
import { SERVE_OPTIONS, serveSettings } from '../cli/settings.ts';
import { LOG_LEVELS, openLogger, type LogLevel } from '../log/pino-logger.ts';
import { startDevServer } from '../server/dev-server.ts';
import type { DevServer } from '../server/running-server.ts';
import { openInBrowser } from '../processes/browser.ts';
import { aborted, whenAskedToStop } from '../processes/signals.ts';
import { consoleUrl } from './channels.ts';

export const serve: Command = {
  name: 'serve',
  operands: '[options]',
  summary: 'Serve logs, and a page that shows them and runs commands',
  about: `
Serves logs over WebSocket and HTTP, and a console page for the people at this machine: it lists the logs, shows
them live, and runs commands whose output is a log each.

Logs are kept in .log-stream/ in the working directory, and so are the secret that signs topics and the console token,
unless LOG_STREAM_SECRET and LOG_STREAM_CONSOLE_TOKEN give them. Signing, running commands and the list of logs are for
those who have the token: open the address that is printed. They work on loopback only, and at localhost. To start over
with another token, remove .log-stream/console-token.

  log-stream serve
  log-stream serve --port 9000 --job 'npm run build' --open
  LOG_STREAM_SECRET=new,old log-stream serve --host 0.0.0.0 --store redis://127.0.0.1`,
  options: [
    ...SERVE_OPTIONS,
    { name: 'job', value: 'CMD', repeat: true, help: 'Run this command as soon as the server listens' },
    { name: 'log-level', value: 'LEVEL', help: `One of ${LOG_LEVELS.join(', ')} (default info as JSON, warn at a terminal)` },
    { name: 'open', help: 'Open the page in a browser' },
    { name: 'no-redirect-file', help: 'With --open, start the browser with a code that is good once, not with a file that forwards' },
  ],
  async run(args) {
    args.noOperands();
    const settings = serveSettings(args);
    const stop = whenAskedToStop();
    const logger = await openLogger(logLevel(args), process.stderr.isTTY);
    const server = await startDevServer(settings, logger, (renewed) => {
      process.stdout.write(`The console token was removed, and there is a new one: open ${tokenUrl(renewed)}\n`);
    });
    let redirect: RedirectFile | undefined;
    try {
      for (const job of args.list('job')) await server.jobs.start({ shell: job });
      process.stdout.write(`log-stream is listening on ${tokenUrl(server)}\n`);
      if (args.flag('open')) {
        redirect = await openInBrowser({
          url: server.url,
          tokenUrl: tokenUrl(server),
          codeUrl: () => `${server.url}#code=${server.issueCode()}`,
          dataDirectory: settings.dataDirectory,
          mayUseRedirectFile: !args.flag('no-redirect-file'),
        });
      }
      await aborted(stop);
      if (process.stderr.isTTY) note('Stopping… Press Ctrl-C again to force quit.');
    } finally {
      await redirect?.remove();
      await server.close();
    }
    return 0;
  },
};

function tokenUrl({ url, consoleToken }: DevServer): string {
  return consoleUrl(url, consoleToken);
}

/** Throws UsageError. */
function logLevel(args: Arguments): LogLevel | undefined {
  const text = args.text('log-level');
  const level = LOG_LEVELS.find((known) => known === text);
  if (text !== undefined && level === undefined)
    throw new UsageError(`--log-level takes one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(text)}.`);
  return level;
}
