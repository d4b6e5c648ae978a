import { parseEntry, type Entry } from './entry.ts';

/** What the server refused, in its own words. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The server does not answer. */
export class Unreachable extends Error {}

export interface Snapshot {
  /** Whether commands may be run. */
  readonly runs: boolean;
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

/** Where a signed topic of a log is had. */
export function signUrl(channel: string): string {
  return `/log-stream/sign?channel=${encodeURIComponent(channel)}`;
}

export async function fetchTopic(channel: string): Promise<string> {
  return (await (await ask(signUrl(channel))).text()).trim();
}

/** Asks for the list once; the way to learn why a stream of it was refused. */
export async function fetchSnapshot(): Promise<Snapshot> {
  return parseSnapshot(await (await ask('/console/logs')).json());
}

/** Reads a list. Throws when it is none. */
export function parseSnapshot(value: unknown): Snapshot {
  if (typeof value !== 'object' || value === null) throw new Error('This is not the list of logs.');
  const { runs, directory, logs } = value as Record<string, unknown>;
  return { runs: runs === true, directory: typeof directory === 'string' ? directory : '', entries: parseEntries(logs) };
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

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, cache: 'no-store' });
  } catch {
    throw new Unreachable('The server does not answer. Is it still running?');
  }
  if (response.ok) return response;
  throw new Refused(response.status, await detailOf(response));
}

async function detailOf(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === 'object' && problem !== null && 'detail' in problem && typeof problem.detail === 'string') return problem.detail;
  } catch {
    // Not a problem object: the status has to do.
  }
  return `The server answered ${response.status}.`;
}

function channelOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'channel' in value && typeof value.channel === 'string') return value.channel;
  throw new Error('The server did not name the log.');
}
