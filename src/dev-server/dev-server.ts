import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretsInput } from '../protocol/secrets.ts';
import { createLogServer, type LogServer } from '../server/create-log-server.ts';
import { SILENT, type Logger } from '../server/log/logger.ts';
import { packageRoot } from '../server/util/package-root.ts';
import type { LogStore } from '../server/store.ts';
import { openStore } from '../server/stores/open-store.ts';
import { ConsoleAccess } from './access/console-access.ts';
import { ConsoleToken } from './access/console-token.ts';
import { OneTimeCodes } from './access/one-time-codes.ts';
import { Sessions } from './access/sessions.ts';
import { messageOf } from '../protocol/message-of.ts';
import { codeOf, CommandError } from './cli/errors.ts';
import { note } from './cli/stdout-pipe.ts';
import type { HostAndPort, ServeSettings } from './cli/settings.ts';
import { ConsoleApi } from './http/console-api.ts';
import { Endpoint, originOf } from './http/endpoint.ts';
import { isLoopback, type ListenPlace } from './http/guard.ts';
import { whoListens } from './http/health.ts';
import { Pages } from './http/pages.ts';
import { route } from './http/router.ts';
import { Topics } from './http/topics.ts';
import { Catalog } from './jobs/catalog.ts';
import { JobBook } from './jobs/job-book.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { makeDataDirectory } from './private-file.ts';
import { withheldBy } from './processes/environment.ts';
import { LogProducer } from './producer/log-producer.ts';
import { keepSecret } from './secret.ts';

/** A running server with its console page. */
export interface DevServer {
  /** Such as `http://127.0.0.1:8787`. */
  readonly origin: string;
  /** Address of the page, for anybody to see. */
  readonly url: string;
  /** What lets a page in; undefined where others reach the server, and the console is off. */
  readonly consoleToken: string | undefined;
  readonly jobs: JobRunner;
  /** A code that lets one page in, within a minute. */
  issueCode(): string;
  /** Opens a producer of a log of this server. */
  produce(channel: string): LogProducer;
  /** Stops the jobs, says goodbye to viewers, lets go of everything. The second call is the first one. */
  close(): Promise<void>;
}

/** When viewers come back after the server closed, ms. */
const COME_BACK = { retry: [0, 2_000], again: [5_000, 30_000] } as const;

/** ms until jobs that were told to stop must have written their end; they are killed after 5 s. */
const PATIENCE = 15_000;

/** Operators hear of what is wrong; what is normal is not worth a line in somebody's terminal. */
const TERMINAL: Logger = { ...SILENT, warn: (_facts, message) => note(message), error: (_facts, message) => note(message) };

/**
 * Opens the store, listens, and takes up the jobs of the server before. Throws CommandError for what the person who starts it can
 * change. `onNewToken` is called when the file of the console token was removed, and there is another one.
 */
export async function startDevServer(
  settings: ServeSettings,
  logger: Logger = TERMINAL,
  onNewToken: (server: DevServer) => void = () => undefined,
): Promise<DevServer> {
  const { dataDirectory } = settings;
  const onWarning = (message: string): void => logger.warn({ event: 'trouble' }, message);
  await makeDataDirectory(dataDirectory, onWarning);
  const secrets = settings.secrets ?? (await keepSecret(dataDirectory, onWarning));
  let server: RunningServer | undefined;
  const onRenewed = (): void => {
    if (server !== undefined) onNewToken(server);
  };
  const token = await ConsoleToken.open({ dataDirectory, given: settings.consoleToken, onWarning, onRenewed });
  const store = await open(settings.store, logger);
  const http = createServer();
  try {
    const { retain, allowOrigins, publicMetrics } = settings;
    const logs = createLogServer({ store, secrets, retain, allowOrigins, publicMetrics, logger });
    const [book, pages] = await Promise.all([JobBook.open(dataDirectory), Pages.load(join(packageRoot(), 'dist', 'console'))]);
    // It answers before it listens: whatever comes first is answered too.
    server = new RunningServer({ settings, secrets, token, store, http, logs, logger, book, pages });
    await listen(http, settings);
    await server.jobs.recover();
    return server;
  } catch (error) {
    http.close();
    http.closeAllConnections();
    await store.close();
    throw error;
  }
}

interface Parts {
  readonly settings: ServeSettings;
  readonly secrets: SecretsInput;
  readonly token: ConsoleToken;
  readonly store: LogStore;
  readonly http: Server;
  readonly logs: LogServer;
  readonly logger: Logger;
  readonly book: JobBook;
  readonly pages: Pages;
}

/** How jobs write: over HTTP like any producer, so that what holds for one holds for the other. */
interface Client {
  readonly endpoint: Endpoint;
  readonly topics: Topics;
}

class RunningServer implements DevServer {
  readonly jobs: JobRunner;
  readonly #parts: Parts;
  readonly #codes = new OneTimeCodes();
  readonly #closing = new AbortController();
  #bound: AddressInfo | undefined;
  #client: Client | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { settings, secrets, token, store, http, logs, logger, book, pages } = parts;
    const onTrouble = (message: string): void => logger.warn({ event: 'trouble' }, message);
    this.#parts = parts;
    const catalog = new Catalog({ store, jobs: () => book.jobs, onTrouble });
    const directory = settings.workingDirectory;
    this.jobs = new JobRunner({
      book,
      store,
      directory,
      withheld: () => withheldBy({ secrets, consoleToken: token.last, store: settings.store }),
      produce: (channel) => this.produce(channel),
      onChange: () => catalog.changed(),
      onTrouble,
    });
    const access = new ConsoleAccess({
      token,
      sessions: new Sessions(settings.dataDirectory),
      codes: this.#codes,
      place: () => this.#place,
    });
    const api = new ConsoleApi({
      jobs: this.jobs,
      catalog,
      runs: settings.runs,
      directory,
      allows: (request) => access.allows(request),
      closing: this.#closing.signal,
    });
    route(http, {
      logs,
      api,
      pages,
      access,
      onFailure: (error) => logger.error({ event: 'request-failed', err: error }, 'A request failed.'),
    });
  }

  get origin(): string {
    return originOf({ host: reachable(this.#parts.settings.host), port: this.#place.port });
  }

  get url(): string {
    return `${this.origin}/`;
  }

  get consoleToken(): string | undefined {
    return isLoopback(this.#place.address) ? this.#parts.token.last : undefined;
  }

  issueCode(): string {
    return this.#codes.issue();
  }

  produce(channel: string): LogProducer {
    return new LogProducer({
      ...this.#openClient(),
      channel,
      onTrouble: (message) => this.#parts.logger.warn({ event: 'trouble' }, message),
      giveUp: this.#closing.signal,
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { http, logs, store, settings } = this.#parts;
    // Load balancers see it first, and send nobody new while the rest goes on.
    logs.drain();
    const drained = sleep(settings.drain);
    // What jobs still have to write is given up where the store does not take it.
    const late = setTimeout(() => this.#closing.abort(), PATIENCE);
    await this.jobs.close();
    clearTimeout(late);
    await drained;
    this.#closing.abort();
    // Listening until everybody was sent away: health says 503, and who comes back too early is told when to.
    await logs.close({ reason: 'shutdown', ...COME_BACK });
    const deaf = new Promise<void>((resolve) => http.close(() => resolve()));
    this.#client?.endpoint.close();
    http.closeAllConnections();
    await deaf;
    await store.close();
  }

  /** Where it listens; there is no request before it does. */
  get #place(): ListenPlace {
    this.#bound ??= this.#parts.http.address() as AddressInfo;
    return { ...this.#bound, allowHosts: this.#parts.settings.allowHosts ?? [] };
  }

  #openClient(): Client {
    if (this.#client === undefined) {
      const { address, port } = this.#place;
      const endpoint = new Endpoint({ host: reachable(address), port });
      this.#client = { endpoint, topics: new Topics(endpoint, this.#parts.secrets, undefined) };
    }
    return this.#client;
  }
}

async function open(url: string, logger: Logger): Promise<LogStore> {
  try {
    return await openStore(url, { onWarning: (message) => logger.warn({}, message) });
  } catch (error) {
    throw new CommandError(`The store ${withoutPassword(url)} cannot be opened: ${messageOf(error)}`);
  }
}

async function listen(http: Server, { host, port }: ServeSettings): Promise<void> {
  try {
    http.listen(port, host);
    await once(http, 'listening');
  } catch (error) {
    throw new CommandError(await whyNotListening(error, { host, port }));
  }
}

async function whyNotListening(error: unknown, address: HostAndPort): Promise<string> {
  const { host, port } = address;
  const other = 'choose another port with --port N or PORT=N.';
  switch (codeOf(error)) {
    case 'EADDRINUSE': {
      const endpoint = new Endpoint({ ...address, host: reachable(host) });
      const { kind } = await whoListens(endpoint, 10_000);
      if (kind === 'log-stream') return `A log-stream server is already running at ${endpoint.origin}/. Use it, or ${other}`;
      return `Port ${port} of ${host} is in use by ${kind === 'silent' ? 'a program that does not answer' : 'another program'}: ${other}`;
    }
    case 'EACCES':
      return `This user may not listen on port ${port}: ${other}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: choose one with --host, such as 127.0.0.1.`;
    default:
      return `The server cannot listen on ${host}, port ${port}: ${messageOf(error)}`;
  }
}

/** An address under which a client at this machine reaches what is bound to `address`. */
function reachable(address: string): string {
  return address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
}

/** Parameters may hold a password too, and one that was not written as %XX any character. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/u, '//…@').replace(/(\/\/[^?]*)\?.*/u, '$1?…');
}
