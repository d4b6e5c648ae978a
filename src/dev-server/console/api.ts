import { parseEntry, type Entry } from './entry.ts';
import { detailOf, sessionHeaders } from './session.ts';

/** Dispatched at the window when a request was refused since this browser has no valid session. */
export const SIGNED_OUT_EVENT = 'console-signed-out';

/** The server refused a request; the message is its reason. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The server does not answer. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

export interface Snapshot {
  /** Whether commands may be run. */
  readonly isRunAllowed: boolean;
  readonly directory: string;
  /** How many logs are listed at most: the newest. */
  readonly limit: number;
  readonly entries: readonly Entry[];
}

/** Runs a command; resolves to the channel of its log. */
export async function runCommand(command: string): Promise<string> {
  return channelOf(await post('/console/jobs', { command }));
}

export async function stopJob(channel: string): Promise<void> {
  await post('/console/jobs/stop', { channel });
}

/** Runs the command of a job again, or another one in its place; resolves to the channel of the new log. */
export async function restartJob(channel: string, command?: string): Promise<string> {
  return channelOf(await post('/console/jobs/restart', command === undefined ? { channel } : { channel, command }));
}

/** A signed topic of a log. */
export async function fetchTopic(channel: string): Promise<string> {
  return (await (await ask(`/log-stream/sign?channel=${encodeURIComponent(channel)}`)).text()).trim();
}

/** Removes a log. Resolves also if it is gone already. */
export async function removeLog(channel: string): Promise<void> {
  const topic = (await (await ask(`/log-stream/sign?channel=${encodeURIComponent(channel)}&delete=1`)).text()).trim();
  const path = channel.split('/').map(encodeURIComponent).join('/');
  try {
    await ask(`/log-stream/topics/${path}`, { method: 'DELETE', headers: { authorization: `Bearer ${topic}` } });
  } catch (error) {
    if (!(error instanceof RefusedError && error.status === 404)) throw error;
  }
}

/** The stream of the list of logs and its changes, until `signal` is aborted. */
export async function openEvents(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { body } = await ask('/console/events', { signal });
  if (body === null) throw new UnreachableError('The server sent nothing.');
  return body;
}

/** Parses the list of logs. Throws for anything else. */
export function parseSnapshot(value: unknown): Snapshot {
  if (typeof value !== 'object' || value === null) throw new Error('This is not the list of logs.');
  const { runs, directory, limit, logs } = value as Record<string, unknown>;
  return {
    isRunAllowed: runs === true,
    directory: typeof directory === 'string' ? directory : '',
    limit: typeof limit === 'number' ? limit : Infinity,
    entries: parseEntries(logs),
  };
}

/** Parses a change of the list. */
export function parseChange(value: unknown): { changed: readonly Entry[]; gone: readonly string[] } {
  if (typeof value !== 'object' || value === null) return { changed: [], gone: [] };
  const { changed, gone } = value as Record<string, unknown>;
  return { changed: parseEntries(changed), gone: Array.isArray(gone) ? gone.filter((channel) => typeof channel === 'string') : [] };
}

function parseEntries(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.map(parseEntry).filter((entry) => entry !== undefined) : [];
}

async function post(path: string, body: Readonly<Record<string, string>>): Promise<unknown> {
  return (await ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();
}

interface Ask extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(path: string, init: Ask = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...sessionHeaders(), ...init.headers }, cache: 'no-store' });
  } catch {
    throw new UnreachableError("Can't reach the server. Is it still running?");
  }
  if (response.ok) return response;
  if (response.status === 401) dispatchEvent(new Event(SIGNED_OUT_EVENT));
  throw new RefusedError(response.status, await detailOf(response));
}

function channelOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'channel' in value && typeof value.channel === 'string') return value.channel;
  throw new Error('The server did not name the log.');
}
