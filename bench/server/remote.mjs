// The server of the benchmarks, called from another process.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../child.mjs';

/** @typedef {import('./process.mjs').Methods} Methods */
/** @typedef {{ readonly [Name in keyof Methods]: (...args: Parameters<Methods[Name]>) => Promise<Awaited<ReturnType<Methods[Name]>>> }} Remote */

/**
 * Starts a server over an empty store. `close` stops it and removes the store.
 *
 * @param {string} pages Folder with the scripts of its pages.
 * @returns {Promise<Remote & { readonly url: string, close(): Promise<void> }>}
 */
export async function startServer(pages) {
  const data = await mkdtemp(join(tmpdir(), 'log-stream-bench-'));
  /** @type {Awaited<ReturnType<typeof start<Methods>>>} */
  const child = await start(new URL('./process.mjs', import.meta.url), [data, pages]);
  return {
    address: () => child.call('address'),
    sign: (...args) => child.call('sign', ...args),
    make: (...args) => child.call('make', ...args),
    makeOutlined: (...args) => child.call('makeOutlined', ...args),
    follow: (...args) => child.call('follow', ...args),
    broadcast: (...args) => child.call('broadcast', ...args),
    usage: () => child.call('usage'),
    url: await child.call('address'),
    async close() {
      await child.end();
      await rm(data, { recursive: true, force: true });
    },
  };
}
