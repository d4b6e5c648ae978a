import { beforeEach, describe, expect, it, vi } from 'vitest';
import { holdLock } from '../../src/worker/platform/web-lock.ts';
import { numbered, startServer, type TestServer } from '../support/server.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

const hanging = { request: () => new Promise(() => undefined) } as unknown as LockManager;
const throwing = {
  request: () => {
    throw new Error('Locks are not for you.');
  },
} as unknown as LockManager;

let server: TestServer;

beforeEach(async () => {
  server = await startServer();
  await server.append('run:1', numbered(3), 0);
});

async function expectLines(): Promise<void> {
  const { connection, open } = openTab(server.url);
  const lines: string[] = [];
  for await (const { text } of open(server.sign('run:1')).lines()) lines.push(text);
  expect(lines).toEqual(numbered(3));
  expect(connection.transport).toBe('shared-worker');
}

describe('a worker where', () => {
  class Silent extends EventTarget {
    readonly readyState = 0;
  }
  class Throwing {
    constructor() {
      throw new Error('Sockets are not for you.');
    }
  }
  const sockets = (WebSocketClass: unknown): { WebSocket: typeof WebSocket } => ({ WebSocket: WebSocketClass as typeof WebSocket });

  it.each([
    ['there are no sockets', sockets(undefined)],
    ['sockets throw', sockets(Throwing)],
    ['sockets are none', sockets(class {})],
    ['sockets are no classes', sockets(() => undefined)],
    ['sockets never open', sockets(Silent)],
    ['locks throw', { locks: throwing }],
    ['locks hang', { locks: hanging }],
  ])('%s serves tabs nevertheless', async (_what, overrides) => {
    const { locks } = { locks: undefined, ...overrides };
    startSharedWorker(locks === undefined ? {} : { lifeline: holdLock(locks) }, overrides);
    await expectLines();
  });

  it.each([
    ['throw', throwing],
    ['hang', hanging],
  ])('a page whose locks %s has its worker nevertheless', async (_how, locks) => {
    startSharedWorker();
    vi.stubGlobal('navigator', { locks, onLine: true });
    await expectLines();
  });
});

describe('the word of one tab on the network', () => {
  it('counts unless another tab says otherwise, and until the tab is gone', async () => {
    startSharedWorker();
    const [one, other] = [openTab(server.url), openTab(server.url)];
    const log = other.open(server.sign('run:2'));
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    server.logs.close({ reason: 'gone' }).catch(() => undefined);
    vi.stubGlobal('navigator', { locks: undefined, onLine: false });
    const cut = openTab(server.url);
    await cut.connection.stats();
    await vi.waitFor(() => expect(log.status.state).toBe('reconnecting'));
    one.connection.end();
    cut.connection.end();
    await other.connection.stats();
    expect(log.status.state).toBe('reconnecting');
  });
});
