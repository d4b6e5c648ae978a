import { once } from 'node:events';
import { createServer } from 'node:net';

/** A free port, for programs that cannot choose one themselves. */
export async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
