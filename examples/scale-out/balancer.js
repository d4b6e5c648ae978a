// One address for several servers: passes each connection to the next server that accepts it. Any load balancer for TCP or
// WebSockets will do; connections need not be sticky.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * @param {object} options
 * @param {() => readonly number[]} options.ports Returns the ports of the servers; called for each connection.
 * @param {number} [options.port] Where the balancer listens; 0 for a free port.
 */
export async function startBalancer({ ports, port = 0 }) {
  let turn = 0;
  /** @type {Set<import('node:net').Socket>} */
  const clients = new Set();

  /** @param {import('node:net').Socket} client @param {number} attempts */
  function passOn(client, attempts) {
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
      // A server that is down has read nothing yet, so the connection can go to the next one.
      if (!connected) passOn(client, attempts - 1);
    });
    upstream.on('close', () => {
      if (connected) client.destroy();
    });
  }

  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => clients.delete(client));
    passOn(client, 10);
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
