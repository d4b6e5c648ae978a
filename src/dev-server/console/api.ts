import { parseEntry, type Entry } from './entry.ts';
import { detailOf, sessionHeaders } from './session.ts';

const SIGNED_OUT = 401;
/** Dispatched at the window: a request was refused since this browser has no session, or none that is good any more. */
export const SIGNED_OUT_EVENT = 'console-signed-out';

/** What the server refused, in its own words. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The server does not answer. */
export class UnreachableError extends Error {}

export interface Snapshot {
  /** Whether commands may be run. */
  readonly isRunAllowed: boolean;
  readonly directory: string;
  readonly entries: readonly Entry[];
}

/** Runs a command; resolves to the channel of its log. */
export async function runCommand(command: string): Promise<string> {
  return channelOf(await post('/console/jobs', { command }));
}

export async function stopJob(channel: string): Promise<void> {
  await post('/console/jobs/stop', { channel });
}

/** Runs a job's command, or another one, again; resolves to the channel of the new log. */
export async function restartJob(channel: string, command?: string): Promise<string> {
  return channelOf(await post('/console/jobs/restart', command === undefined ? { channel } : { channel, command }));
}

/** A signed topic of a log. */
export async function fetchTopic(channel: string): Promise<string> {
  return (await (await ask(`/log-stream/sign?channel=${encodeURIComponent(channel)}`)).text()).trim();
}

/** The list of logs and its changes, as they come; until `signal` is aborted. */
export async function openEvents(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { body } = await ask('/console/events', { signal });
  if (body === null) throw new UnreachableError('The server sent nothing.');
  return body;
}

/** Reads a list. Throws when it is none. */
export function parseSnapshot(value: unknown): Snapshot {
  if (typeof value !== 'object' || value === null) throw new Error('This is not the list of logs.');
  const { runs, directory, logs } = value as Record<string, unknown>;
  return { isRunAllowed: runs === true, directory: typeof directory === 'string' ? directory : '', entries: parseEntries(logs) };
}

/** Reads a change of the list. */
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
  if (response.status === SIGNED_OUT) dispatchEvent(new Event(SIGNED_OUT_EVENT));
  throw new RefusedError(response.status, await detailOf(response));
}

function channelOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'channel' in value && typeof value.channel === 'string') return value.channel;
  throw new Error('The server did not name the log.');
}
