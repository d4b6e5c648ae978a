import { createServer } from 'node:http';
import { join } from 'node:path';
import { messageOf } from '../../protocol/message-of.ts';
import { createLogServer } from '../../server/create-log-server.ts';
import { SILENT, type Logger } from '../../server/log/logger.ts';
import type { LogStore } from '../../server/store.ts';
import { openStore } from '../../server/stores/open-store.ts';
import { packageRoot } from '../../server/util/package-root.ts';
import { ConsoleToken } from '../access/console-token.ts';
import type { ServeSettings } from '../config/settings.ts';
import { makeDataDirectory } from '../data/private-file.ts';
import { keepSecret } from '../data/secret.ts';
import { Pages } from '../http/pages.ts';
import { Router } from '../http/router.ts';
import { JobHistory } from '../jobs/job-history.ts';
import { note } from '../terminal/note.ts';
import { CommandError } from '../util/errors.ts';
import { bindPort } from './bind-port.ts';
import { RunningServer, type DevServer } from './running-server.ts';

/** At a terminal only warnings and errors are worth a line. */
const TERMINAL: Logger = { ...SILENT, warn: (_facts, message) => note(message), error: (_facts, message) => note(message) };

/**
 * Listens, opens the store, and completes the jobs that an earlier server left behind. Throws CommandError for problems that the
 * user can fix. `onNewToken` is called when the console token's file was removed and another token was made.
 */
export async function startDevServer(
  settings: ServeSettings,
  logger: Logger = TERMINAL,
  onNewToken: (server: DevServer) => void = () => undefined,
): Promise<DevServer> {
  const http = createServer();
  const router = new Router(http);
  let store: LogStore | undefined;
  let server: RunningServer | undefined;
  try {
    // First of all: the port decides which of several commands that start at the same time is the server.
    await bindPort(http, settings);
    const { dataDirectory, retain, allowOrigins, hasPublicMetrics: publicMetrics } = settings;
    const onWarning = (message: string): void => logger.warn({ event: 'trouble' }, message);
    await makeDataDirectory(dataDirectory, onWarning);
    const secrets = settings.secrets ?? (await keepSecret(dataDirectory, onWarning));
    const onRenewed = (): void => {
      if (server !== undefined) onNewToken(server);
    };
    const token = await ConsoleToken.open({ dataDirectory, given: settings.consoleToken, onWarning, onRenewed });
    store = await openStoreAt(settings.store, logger);
    const logs = createLogServer({ store, secrets, retain, allowOrigins, publicMetrics, logger });
    const [history, pages] = await Promise.all([JobHistory.open(dataDirectory), Pages.load(join(packageRoot(), 'dist', 'console'))]);
    server = new RunningServer({ settings, secrets, token, store, http, router, logs, logger, history, pages });
    await server.jobs.recover();
    return server;
  } catch (error) {
    http.close();
    await router.fail();
    http.closeAllConnections();
    await store?.close();
    throw error;
  }
}

async function openStoreAt(url: string, logger: Logger): Promise<LogStore> {
  try {
    return await openStore(url, { onWarning: (message) => logger.warn({}, message) });
  } catch (error) {
    throw new CommandError(`The store ${withoutPassword(url)} cannot be opened: ${messageOf(error)}`);
  }
}

/** Query parameters may hold a password too, and an unescaped password may contain any character. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/u, '//…@').replace(/(\/\/[^?]*)\?.*/u, '$1?…');
}
