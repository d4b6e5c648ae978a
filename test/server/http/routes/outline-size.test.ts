import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { appendLines } from '../marked-log.ts';
import { ask, startServer, type Answer, type Asked } from '../support.ts';

describe('what a viewer asks as it opens a log', () => {
  it('takes at most 120 kB for 5,000 groups and the counts of 200 parts', async () => {
    const store = new MemoryStore();
    const server = await startServer({ store });
    const titles = ['Run npm ci', 'Install dependencies', 'Compile packages', 'Unit tests', 'Upload artifacts'];
    let time = 1_763_658_000_000;
    for (let group = 0; group < 5_000; group += 1) {
      time += 1_000 + ((group * 7_919) % 997);
      const t = `${titles[group % titles.length] ?? ''} ${group}`;
      await appendLines(store, 'run:1', time, [
        [`::group::${t}`, { g: { t, d: 0 } }],
        ['ERROR: no', { l: 17 }],
      ]);
      time += 500 + ((group * 104_729) % 991);
      await appendLines(store, 'run:1', time, [['line'], ['::endgroup::', { e: 1 }]]);
    }
    const headers = { 'Accept-Encoding': 'gzip' };
    const get = (resource: string, query: string, asked: Asked = {}): Promise<Answer> =>
      ask(server, server.path('run:1', query).replace('/topics/', `/${resource}/`), asked);
    const groups = await get('groups', 'limit=9900', { headers });
    const levels = await get('levels', 'parts=200', { headers });
    expect([groups.headers['content-encoding'], levels.headers['content-encoding']]).toEqual(['gzip', 'gzip']);
    expect(groups.body.length + levels.body.length).toBeLessThanOrEqual(120_000);
    const plain = await get('groups', 'limit=9900');
    expect(plain.json()['groups']).toHaveLength(5_000);
  });
});
