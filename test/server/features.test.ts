import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../src/server/features.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { startServer } from '../support/server.ts';

describe('the features of a server', () => {
  it('are those that its store can answer', () => {
    expect(featuresOf({ store: new MemoryStore() })).toEqual(['marks', 'seek', 'tail']);
    expect(featuresOf({ store: {} })).toEqual(['tail']);
  });

  it('hold searching where there are threads to search in', () => {
    expect(featuresOf({ store: new MemoryStore(), search: true })).toEqual(['marks', 'seek', 'search', 'tail']);
  });

  it('are without marks where lines are not marked, but times are found', () => {
    expect(featuresOf({ store: new MemoryStore(), marks: false })).toEqual(['seek', 'tail']);
  });

  it('are said by hello and by every answer to a read (W10, H17)', async () => {
    const server = await startServer();
    const viewer = await server.connect();
    expect(await viewer.next('hello')).toMatchObject({ has: ['marks', 'seek', 'search', 'tail'] });
    for (const [resource, status] of [
      ['topics', 404],
      ['levels', 404],
      ['groups', 404],
      ['seek', 400],
      ['search', 400],
    ] as const) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await fetch(`${server.url}/${resource}/run:1?topic=${encodeURIComponent(server.sign('run:1'))}`, { method });
        expect([answer.status, answer.headers.get('log-has')]).toEqual([status, 'marks, seek, search, tail']);
        await answer.text();
      }
    }
  });

  it('are few for a store without marks and a server without threads', async () => {
    const server = await startServer({ store: new FaultyStore(), search: false });
    const viewer = await server.connect();
    expect(await viewer.next('hello')).toMatchObject({ has: ['tail'] });
    await server.append('run:1', ['one']);
    const answer = await fetch(`${server.url}/topics/run:1?topic=${encodeURIComponent(server.sign('run:1'))}`);
    expect([answer.status, answer.headers.get('log-has')]).toEqual([200, 'tail']);
    await answer.text();
  });
});
