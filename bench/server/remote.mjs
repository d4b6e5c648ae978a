// The server of the benchmarks, from outside.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./process.mjs').Methods} Methods */
/** @typedef {{ readonly [Name in keyof Methods]: (...args: Parameters<Methods[Name]>) => Promise<Awaited<ReturnType<Methods[Name]>>> }} Remote */

/**
 * Starts a server over an empty store. `close` ends it and removes what it stored.
 *
 * @param {string} pages Folder of the scripts of its pages.
 * @returns {Promise<Remote & { readonly url: string, close(): Promise<void> }>}
 */
export async function startServer(pages) {
  const data = await mkdtemp(join(tmpdir(), 'log-stream-bench-'));
  const child = fork(fileURLToPath(new URL('./process.mjs', import.meta.url)), [data, pages]);
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const calls = new Map();
  let ids = 0;
  const ended = once(child, 'exit').then(() => {
    for (const { reject } of calls.values()) reject(new Error('The server of the benchmarks ended; what it printed is above.'));
  });
  await Promise.race([once(child, 'message'), ended]);
  if (child.exitCode !== null) throw new Error('The server of the benchmarks did not start; what it printed is above.');
  child.on('message', (/** @type {{ id: number, result?: unknown, error?: string }} */ { id, result, error }) => {
    const call = calls.get(id);
    calls.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  const call = (/** @type {string} */ method) =>
    function (/** @type {unknown[]} */ ...args) {
      return new Promise((resolve, reject) => {
        const id = (ids += 1);
        calls.set(id, { resolve, reject });
        child.send({ id, method, args });
      });
    };
  const methods = ['address', 'sign', 'make', 'follow', 'broadcast', 'usage'];
  const remote = /** @type {Remote} */ (Object.fromEntries(methods.map((method) => [method, call(method)])));
  return {
    ...remote,
    url: await remote.address(),
    async close() {
      if (child.connected) child.disconnect();
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}
