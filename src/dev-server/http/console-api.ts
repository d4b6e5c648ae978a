import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Catalog } from '../jobs/catalog.ts';
import { MAX_COMMAND_LENGTH, JobError, type JobRunner } from '../jobs/job-runner.ts';
import { difference, type LogEntry } from '../jobs/log-entry.ts';
import { allowMethods, HttpProblem, openEvents, readJson, sendJson } from './respond.ts';

/** Consoles that may watch the list at the same time. */
export const MAX_WATCHERS = 100;
/** Largest request: a command in which every character is escaped. */
const MAX_BODY_BYTES = 6 * MAX_COMMAND_LENGTH + 1_024;
/** Bytes a console has not taken yet, above which it is told nothing more until it did. */
const MAX_BUFFERED_BYTES = 256 * 1_024;
const HEARTBEAT = 15_000;

export interface ConsoleApiOptions {
  readonly jobs: JobRunner;
  readonly catalog: Catalog;
  /** Whether commands may be run. */
  readonly isRunAllowed: boolean;
  readonly directory: string;
  /** Whether a request may still be answered, asked again and again while it is. */
  readonly allows: (request: IncomingMessage) => Promise<boolean>;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** What the console page asks for, below `/console/`. The caller has made sure that the request may do it. */
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
        sendJson(response, 200, { ...this.#facts(), logs: await this.#options.catalog.list() });
        break;
      case '/console/events':
        allowMethods(request, 'GET');
        this.#watch(request, response);
        break;
      case '/console/jobs':
      case '/console/jobs/stop':
      case '/console/jobs/restart':
        allowMethods(request, 'POST');
        await this.#change(request, response, path);
        break;
      default:
        throw new HttpProblem(404, `There is nothing at ${path}.`);
    }
  }

  async #change(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { jobs, isRunAllowed } = this.#options;
    if (!isRunAllowed) throw new HttpProblem(403, 'Running commands is turned off (--no-run).');
    const body = await readJson(request, MAX_BODY_BYTES);
    try {
      if (path === '/console/jobs') {
        const { job } = await jobs.start({ shell: text(body, 'command') });
        sendJson(response, 201, job);
      } else if (path === '/console/jobs/stop') {
        sendJson(response, 200, jobs.stop(text(body, 'channel')));
      } else {
        const command = body.has('command') ? text(body, 'command') : undefined;
        const { job } = await jobs.restart(text(body, 'channel'), command);
        sendJson(response, 201, job);
      }
    } catch (error) {
      throw error instanceof JobError ? new HttpProblem(error.status, error.message) : error;
    }
  }

  /** The list first, then what changes in it. What a slow page did not take is merged into what it is told next. */
  #watch(request: IncomingMessage, response: ServerResponse): void {
    const { catalog, closing, allows } = this.#options;
    if (closing.aborted) throw new HttpProblem(503, 'The server is stopping.');
    if (this.#watchers.size >= MAX_WATCHERS) throw new HttpProblem(503, `${MAX_WATCHERS} consoles watch already: close some.`);
    this.#watchers.add(response);
    openEvents(response);
    let sent: readonly LogEntry[] | undefined;
    const stop = catalog.watch((entries) => {
      if (response.writableLength > MAX_BUFFERED_BYTES) return;
      const change = difference(sent ?? [], entries);
      if (sent === undefined) event(response, 'all', { ...this.#facts(), logs: entries });
      else if (change.changed.length + change.gone.length > 0) event(response, 'change', change);
      sent = entries;
    });
    const beat = async (): Promise<void> => {
      if (await allows(request).catch(() => false)) response.write(':\n\n');
      else response.end();
    };
    const heartbeat = setInterval(() => void beat(), HEARTBEAT);
    response.once('close', () => {
      stop();
      clearInterval(heartbeat);
      this.#watchers.delete(response);
    });
  }

  #facts(): { runs: boolean; directory: string } {
    const { isRunAllowed, directory } = this.#options;
    return { runs: isRunAllowed, directory };
  }
}

function event(response: ServerResponse, name: string, value: unknown): void {
  response.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
}

function text(body: ReadonlyMap<string, unknown>, key: string): string {
  const value = body.get(key);
  if (typeof value !== 'string') throw new HttpProblem(400, `"${key}" is missing: send it as text.`);
  return value;
}
