import type { RedirectFile } from '../access/redirect-file.ts';
import { flag, list, text } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { UsageError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';
import { SERVE_OPTIONS, serveSettings, type ServeOptions } from '../cli/settings.ts';
import { LOG_LEVELS, openLogger, type LogLevel } from '../log/pino-logger.ts';
import { startDevServer } from '../server/dev-server.ts';
import type { DevServer } from '../server/running-server.ts';
import { openInBrowser } from '../processes/browser.ts';
import { aborted, onStopSignal } from '../processes/signals.ts';
import { consoleUrl } from './channels.ts';

interface Options extends ServeOptions {
  readonly job?: readonly string[];
  readonly logLevel?: LogLevel;
  readonly open?: true;
  /** False with `--no-redirect-file`. */
  readonly redirectFile?: boolean;
}

export const serve: CommandModule<Options> = {
  usage: '[options]',
  about: `
Serves logs over WebSocket and HTTP, and a console page for users of this machine. The page lists the logs, shows them
live, and runs commands, each into a log of its own.

Logs, the secret that signs topics and the console token are kept in .log-stream/ in the working directory, unless
LOG_STREAM_SECRET and LOG_STREAM_CONSOLE_TOKEN are set. Signing, running commands and the list of logs need the token,
which is in the address that is printed, and work only on loopback. For another token, remove .log-stream/console-token.

  log-stream serve
  log-stream serve --port 9000 --job 'npm run build' --open
  LOG_STREAM_SECRET=new,old log-stream serve --host 0.0.0.0 --store redis://127.0.0.1`,
  options: [
    ...SERVE_OPTIONS,
    list('--job <CMD>', 'Run this command as soon as the server listens (repeatable)'),
    text('--log-level <LEVEL>', `One of ${LOG_LEVELS.join(', ')} (default: warn at a terminal, else info, as JSON)`, checkLevel),
    flag('--open', 'Open the page in a browser'),
    flag('--no-redirect-file', 'With --open, pass the browser a one-time code instead of a file that forwards to the page'),
  ],
  async run({ options }) {
    const settings = serveSettings(options);
    const stop = onStopSignal();
    const logger = await openLogger(options.logLevel, process.stderr.isTTY);
    const server = await startDevServer(settings, logger, (renewed) => {
      process.stdout.write(`The console token was removed. There is a new one: open ${tokenUrl(renewed)}\n`);
    });
    let redirect: RedirectFile | undefined;
    try {
      for (const job of options.job ?? []) await server.jobs.start({ shell: job });
      process.stdout.write(`log-stream is listening on ${tokenUrl(server)}\n`);
      if (options.open === true) {
        redirect = await openInBrowser({
          url: server.url,
          tokenUrl: tokenUrl(server),
          codeUrl: () => `${server.url}#code=${server.issueCode()}`,
          dataDirectory: settings.dataDirectory,
          mayUseRedirectFile: options.redirectFile !== false,
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

function checkLevel(value: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === value);
  if (level === undefined) throw new UsageError(`--log-level takes one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(value)}.`);
  return level;
}
