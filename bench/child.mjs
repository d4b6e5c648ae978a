// Parts of a benchmark in processes of their own, so that each has its own CPU time and memory: functions over there are called from
// here.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** @typedef {Record<string, (...args: any[]) => unknown>} Methods */
/** @typedef {{ id: number, method: string, args: unknown[] }} Call */
/** @typedef {{ id: number, result?: unknown, error?: string }} Answer */

/**
 * Offers functions to the parent process. When the parent exits, `close` is called, if there is one, and this process ends.
 *
 * @param {Methods} methods
 */
export function offer(methods) {
  const answer = async (/** @type {Call} */ { id, method, args }) => {
    try {
      process.send?.({ id, result: await methods[method]?.(...args) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  };
  const leave = async () => {
    await methods['close']?.();
    process.exit();
  };
  process.on('message', (/** @type {Call} */ call) => void answer(call));
  process.once('disconnect', () => void leave());
  process.send?.({ id: 0 });
}

/**
 * Starts a script that offers functions. Calls reject when its process ends.
 *
 * @template {Methods} M
 * @param {URL} script
 * @param {readonly string[]} [args]
 * @returns {Promise<{ call<K extends keyof M>(method: K, ...args: Parameters<M[K]>): Promise<Awaited<ReturnType<M[K]>>>, end(): Promise<void> }>}
 */
export async function start(script, args = []) {
  const child = fork(script, [...args], { execArgv: ['--expose-gc'] });
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const calls = new Map();
  let ids = 0;
  const ended = once(child, 'exit').then(() => {
    for (const { reject } of calls.values()) reject(new Error(`${script.pathname} ended; what it printed is above.`));
  });
  await Promise.race([once(child, 'message'), ended]);
  if (child.exitCode !== null) throw new Error(`${script.pathname} did not start; its output is above.`);
  child.on('message', (/** @type {Answer} */ { id, result, error }) => {
    const call = calls.get(id);
    calls.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  return {
    call: (method, ...values) =>
      new Promise((resolve, reject) => {
        const id = (ids += 1);
        calls.set(id, { resolve, reject });
        child.send({ id, method, args: values });
      }),
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** CPU time of this process so far, s. */
export function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
