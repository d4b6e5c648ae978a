// One address for several servers: hands each connection to the next one that takes it. Any load balancer that passes TCP or
// WebSockets on does the same; nothing has to be sticky.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * @param {object} options
 * @param {() => readonly number[]} options.ports Where the servers listen right now, asked at each connection.
 * @param {number} [options.port] Where the balancer listens; 0 for a free port.
 */
export async function startBalancer({ ports, port = 0 }) {
  let turn = 0;
  /** @type {Set<import('node:net').Socket>} */
  const clients = new Set();

  /** @param {import('node:net').Socket} client @param {number} attempts */
  function handOver(client, attempts) {
    const all = ports();
    turn += 1;
    const next = all[turn % all.length];
    if (next === undefined || attempts === 0) {
      client.destroy();
      return;
    }
    const upstream = connect(next, '127.0.0.1');
    let connected = false;
    upstream.once('connect', () => {
      connected = true;
      client.pipe(upstream);
      upstream.pipe(client);
      client.once('close', () => upstream.destroy());
    });
    upstream.on('error', () => {
      // A server that is not there has read nothing yet: the next one gets the connection.
      if (!connected) handOver(client, attempts - 1);
    });
    upstream.on('close', () => {
      if (connected) client.destroy();
    });
  }

  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => clients.delete(client));
    handOver(client, 10);
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}
