import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @param {string} name @param {readonly string[]} args @param {readonly string[]} flags */
function start(name, args, flags) {
  return fork(fileURLToPath(new URL(name, import.meta.url)), [...args], { execArgv: [...flags] });
}

/** A process that answers each message with one message. */
class Remote {
  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.child = child;
  }

  /** @param {import('node:child_process').Serializable} [message] @returns {Promise<any>} */
  async ask(message) {
    const answer = once(this.child, 'message');
    if (message !== undefined) this.child.send(message);
    return (await answer)[0];
  }

  async end() {
    const gone = once(this.child, 'exit');
    this.child.kill();
    await gone;
  }
}

/** The server to measure: `ours` over this store, or `bare`. @param {'ours' | 'bare'} kind @param {string} [store] @param {string} [root] URL of another version. */
export async function openServer(kind, store = 'memory:', root = new URL('../../', import.meta.url).href) {
  const remote = new Remote(start('load-server.mjs', [kind, store, root], ['--expose-gc']));
  const { port } = await remote.ask();
  return {
    port: Number(port),
    /** @returns {Promise<{ heap: number, rss: number }>} */
    memory: () => remote.ask({ ask: 'memory' }),
    /** @returns {Promise<{ seconds: number, thread?: number, stats: import('../../src/server/index.ts').LogServerStats }>} */
    cpu: () => remote.ask({ ask: 'cpu' }),
    /** @param {readonly string[]} channels @returns {Promise<{ topics: string[] }>} */
    sign: (channels) => remote.ask({ ask: 'sign', channels: [...channels] }),
    async close() {
      const gone = once(remote.child, 'exit');
      remote.child.send({ ask: 'close' });
      await gone;
    },
  };
}

/** Viewers of a server: `sockets` sockets, each with `each` of the topics, in turn. @param {number} port @param {number} sockets @param {readonly string[]} topics @param {number} each */
export async function openViewers(port, sockets, topics = [], each = 0) {
  const remote = new Remote(start('load-clients.mjs', [], []));
  await remote.ask({ port, sockets, topics: [...topics], each });
  return {
    /** @returns {Promise<{ lines: number }>} */
    lines: () => remote.ask('lines'),
    close: () => remote.end(),
  };
}
