/** A log server as a process of its own, over LMDB in a directory. Says its port, and ends with its stdin. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogServer } from '../../../../src/server/create-log-server.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';

const [dir = '', secret = ''] = process.argv.slice(2);
const store = await LmdbStore.open({ dir });
const logs = createLogServer({ store, secrets: [secret], assets: dir });
const server = createServer();
logs.attach(server);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume();
await once(process.stdin, 'end');
await logs.close();
server.close();
await store.close();
