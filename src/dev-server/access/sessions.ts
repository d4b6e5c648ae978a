import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../util/errors.ts';
import { randomToken } from './console-token.ts';

/** Sessions that are valid at the same time: the newest. */
export const MAX_SESSIONS = 100;
/** ms that a session is valid. */
export const SESSION_LIFE = 30 * 86_400_000;

/** The two parts of a session: a cookie, which browsers send to all ports of a host, and a key that only pages of this origin know. */
export interface SessionCredentials {
  readonly cookie: string;
  readonly key: string;
}

interface StoredSession {
  readonly name: string;
  readonly startedAt: number;
  readonly hash: Buffer;
}

/**
 * Sessions of browsers that have presented the token. Each is an empty file, named by its start and by a hash of token, cookie and
 * key: servers that share the directory never overwrite each other's sessions, and another token ends them all.
 */
export class Sessions {
  readonly #directory: string;
  readonly #now: () => number;
  #lastBegin: Promise<unknown> = Promise.resolve();

  constructor(dataDirectory: string, now: () => number = Date.now) {
    this.#directory = join(dataDirectory, 'console-sessions');
    this.#now = now;
  }

  /** Begins a session; resolves to its cookie. */
  begin(token: string, key: string): Promise<string> {
    // One at a time, so that the bound holds.
    const begin = this.#lastBegin.then(() => this.#create(token, key));
    this.#lastBegin = begin.catch(() => undefined);
    return begin;
  }

  async isValid(token: string, credentials: SessionCredentials): Promise<boolean> {
    const hash = hashOf(token, credentials);
    let isValid = false;
    for (const kept of await this.#newest()) if (timingSafeEqual(kept.hash, hash)) isValid = true;
    return isValid;
  }

  async #create(token: string, key: string): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const kept = new Set((await this.#newest(MAX_SESSIONS - 1)).map(({ name }) => name));
    for (const { name } of await this.#all()) if (!kept.has(name)) await rm(join(this.#directory, name), { force: true });
    const cookie = randomToken();
    const name = `${this.#now()}.${hashOf(token, { cookie, key }).toString('hex')}`;
    await writeFile(join(this.#directory, name), '', { mode: 0o600 });
    return cookie;
  }

  async #newest(count: number = MAX_SESSIONS): Promise<readonly StoredSession[]> {
    const now = this.#now();
    return (await this.#all())
      .filter(({ startedAt }) => startedAt + SESSION_LIFE > now)
      .sort((one, other) => other.startedAt - one.startedAt)
      .slice(0, count);
  }

  async #all(): Promise<readonly StoredSession[]> {
    try {
      return (await readdir(this.#directory)).flatMap((name) => parse(name) ?? []);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }
}

function hashOf(token: string, { cookie, key }: SessionCredentials): Buffer {
  return createHmac('sha256', token).update(`${cookie}\n${key}`).digest();
}

function parse(name: string): StoredSession | undefined {
  const [, time = '', hash = ''] = /^(\d{1,15})\.([0-9a-f]{64})$/u.exec(name) ?? [];
  return hash === '' ? undefined : { name, startedAt: Number(time), hash: Buffer.from(hash, 'hex') };
}
