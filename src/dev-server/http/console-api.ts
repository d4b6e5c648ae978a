import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_LISTED, type Catalog } from '../jobs/catalog.ts';
import { MAX_COMMAND_LENGTH, JobError, type JobRunner } from '../jobs/job-runner.ts';
import { difference, type LogEntry } from '../jobs/log-entry.ts';
import { allowMethods, HttpProblem, openEvents, readJson, sendJson } from './respond.ts';

/** Console pages that may watch the list at the same time. */
export const MAX_WATCHERS = 100;
/** Largest request body: a command in which every character is escaped. */
const MAX_BODY_BYTES = 6 * MAX_COMMAND_LENGTH + 1_024;
/** Unsent bytes of a page above which changes are held back and merged. */
const MAX_BUFFERED_BYTES = 256 * 1_024;
/** ms between heartbeats of a stream. */
const HEARTBEAT_INTERVAL = 15_000;

export interface ConsoleApiOptions {
  readonly jobs: JobRunner;
  readonly catalog: Catalog;
  /** Whether commands may be run. */
  readonly isRunAllowed: boolean;
  readonly directory: string;
  /** Whether a request is still allowed; checked at every heartbeat of a stream. */
  readonly allows: (request: IncomingMessage) => Promise<boolean>;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** The API of the console page, below `/console/`. The caller has checked that the request is allowed. */
export class ConsoleApi {
  readonly #options: ConsoleApiOptions;
  readonly #watchers = new Set<ServerResponse>();

  constructor(options: ConsoleApiOptions) {
    this.#options = options;
    options.closing.addEventListener('abort', () => {
      for (const response of this.#watchers) response.end();
    });
  }

  /** Throws HttpProblem. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    switch (path) {
      case '/console/logs':
        allowMethods(request, 'GET');
        sendJson(response, 200, { ...this.#settings(), logs: await this.#options.catalog.list() });
        break;
      case '/console/events':
        allowMethods(request, 'GET');
        this.#stream(request, response);
        break;
      case '/console/jobs':
      case '/console/jobs/stop':
      case '/console/jobs/restart':
        allowMethods(request, 'POST');
        await this.#changeJob(request, response, path);
        break;
      default:
        throw new HttpProblem(404, `There is nothing at ${path}.`);
    }
  }

  async #changeJob(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { jobs, isRunAllowed } = this.#options;
    if (!isRunAllowed) throw new HttpProblem(403, 'Running commands is turned off (--no-run).');
    const body = await readJson(request, MAX_BODY_BYTES);
    try {
      if (path === '/console/jobs') {
        const { job } = await jobs.start({ shell: stringOf(body, 'command') });
        sendJson(response, 201, job);
      } else if (path === '/console/jobs/stop') {
        sendJson(response, 200, jobs.stop(stringOf(body, 'channel')));
      } else {
        const command = body.has('command') ? stringOf(body, 'command') : undefined;
        const { job } = await jobs.restart(stringOf(body, 'channel'), command);
        sendJson(response, 201, job);
      }
    } catch (error) {
      throw error instanceof JobError ? new HttpProblem(error.status, error.message) : error;
    }
  }

  /** Sends the list first, then its changes. For a slow page they are merged into the next message. */
  #stream(request: IncomingMessage, response: ServerResponse): void {
    const { catalog, closing, allows } = this.#options;
    if (closing.aborted) throw new HttpProblem(503, 'The server is shutting down.');
    if (this.#watchers.size >= MAX_WATCHERS) throw new HttpProblem(503, `Too many console pages are open (${MAX_WATCHERS}). Close some.`);
    this.#watchers.add(response);
    openEvents(response);
    let sent: readonly LogEntry[] | undefined;
    const stop = catalog.watch((entries) => {
      if (response.writableLength > MAX_BUFFERED_BYTES) return;
      const change = difference(sent ?? [], entries);
      if (sent === undefined) sendEvent(response, 'all', { ...this.#settings(), limit: MAX_LISTED, logs: entries });
      else if (change.changed.length + change.gone.length > 0) sendEvent(response, 'change', change);
      sent = entries;
    });
    const sendHeartbeat = async (): Promise<void> => {
      if (await allows(request).catch(() => false)) response.write(':\n\n');
      else response.end();
    };
    const heartbeat = setInterval(() => void sendHeartbeat(), HEARTBEAT_INTERVAL);
    response.once('close', () => {
      stop();
      clearInterval(heartbeat);
      this.#watchers.delete(response);
    });
  }

  #settings(): { runs: boolean; directory: string } {
    const { isRunAllowed, directory } = this.#options;
    return { runs: isRunAllowed, directory };
  }
}

function sendEvent(response: ServerResponse, name: string, value: unknown): void {
  response.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
}

function stringOf(body: ReadonlyMap<string, unknown>, key: string): string {
  const value = body.get(key);
  if (typeof value !== 'string') throw new HttpProblem(400, `Missing "${key}": send it as a string.`);
  return value;
}
