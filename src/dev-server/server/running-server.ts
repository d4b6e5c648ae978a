import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretsInput } from '../../protocol/secrets.ts';
import type { LogServer } from '../../server/create-log-server.ts';
import type { Logger } from '../../server/log/logger.ts';
import type { LogStore } from '../../server/store.ts';
import type { ConsoleToken } from '../access/console-token.ts';
import type { ListenPlace } from '../access/guard.ts';
import { OneTimeCodes } from '../access/one-time-codes.ts';
import { Sessions } from '../access/sessions.ts';
import { Endpoint } from '../client/endpoint.ts';
import { TopicSigner } from '../client/topic-signer.ts';
import type { ServeSettings } from '../config/settings.ts';
import { ConsoleAccess } from '../http/console-access.ts';
import { ConsoleApi } from '../http/console-api.ts';
import type { Pages } from '../http/pages.ts';
import type { Router } from '../http/router.ts';
import { Catalog } from '../jobs/catalog.ts';
import type { JobHistory } from '../jobs/job-history.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { secretTextsOf } from '../processes/environment.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { isLoopback, originOf, reachable } from '../util/hosts.ts';

/** A running server with its console page. */
export interface DevServer {
  /** Such as `http://127.0.0.1:8787`. */
  readonly origin: string;
  /** Address of the console page, without the token. */
  readonly url: string;
  /** The token that opens the console; undefined when other machines reach the server, since the console is off then. */
  readonly consoleToken: string | undefined;
  readonly jobs: JobRunner;
  /** Makes a code that opens the console once, within a minute. */
  issueCode(): string;
  /** Opens a producer that writes to a log of this server. */
  produce(channel: string): LogProducer;
  /** Stops the jobs, disconnects viewers and releases everything. Further calls return the first one's promise. */
  close(): Promise<void>;
}

/** When viewers may reconnect after the server closed, ms. */
const RECONNECT = { retry: [0, 2_000], again: [5_000, 30_000] } as const;

/** ms that stopped jobs get to write their end; their processes are killed after 5 s. */
const JOB_CLOSE_TIMEOUT = 15_000;

export interface ServerParts {
  readonly settings: ServeSettings;
  readonly secrets: SecretsInput;
  readonly token: ConsoleToken;
  readonly store: LogStore;
  readonly http: Server;
  readonly router: Router;
  readonly logs: LogServer;
  readonly logger: Logger;
  readonly history: JobHistory;
  readonly pages: Pages;
}

/** Jobs write over HTTP like any other producer, so that both behave alike. */
interface JobClient {
  readonly endpoint: Endpoint;
  readonly topics: TopicSigner;
}

export class RunningServer implements DevServer {
  readonly jobs: JobRunner;
  readonly #parts: ServerParts;
  readonly #codes = new OneTimeCodes();
  readonly #closing = new AbortController();
  #bound: AddressInfo | undefined;
  #client: JobClient | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: ServerParts) {
    const { settings, secrets, token, store, router, logs, logger, history, pages } = parts;
    const onTrouble = (message: string): void => logger.warn({ event: 'trouble' }, message);
    this.#parts = parts;
    const catalog = new Catalog({ store, jobs: () => history.jobs, onTrouble });
    const directory = settings.workingDirectory;
    this.jobs = new JobRunner({
      history,
      store,
      directory,
      withheld: () => secretTextsOf({ secrets, consoleToken: token.last, store: settings.store }),
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
      isRunAllowed: settings.isRunAllowed,
      directory,
      allows: (request) => access.allows(request),
      closing: this.#closing.signal,
    });
    router.open({
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
    // Load balancers see the failing health check first and send no new viewers.
    logs.drain();
    const drained = sleep(settings.drain);
    // Output that the store does not accept in time is lost.
    const late = setTimeout(() => this.#closing.abort(), JOB_CLOSE_TIMEOUT);
    await this.jobs.close();
    clearTimeout(late);
    await drained;
    this.#closing.abort();
    // Keep listening until all viewers are disconnected: health says 503, and early reconnects are told when to come back.
    await logs.close({ reason: 'shutdown', ...RECONNECT });
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    this.#client?.endpoint.close();
    http.closeAllConnections();
    await closed;
    await store.close();
  }

  /** Where it listens. Only for use after the port was bound. */
  get #place(): ListenPlace {
    this.#bound ??= this.#parts.http.address() as AddressInfo;
    return { ...this.#bound, allowHosts: this.#parts.settings.allowHosts ?? [] };
  }

  #openClient(): JobClient {
    if (this.#client === undefined) {
      const { address, port } = this.#place;
      const endpoint = new Endpoint({ host: reachable(address), port });
      this.#client = { endpoint, topics: new TopicSigner(endpoint, this.#parts.secrets, undefined) };
    }
    return this.#client;
  }
}
