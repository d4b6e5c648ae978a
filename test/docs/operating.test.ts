import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { operatingPage, optionsOf } from '../../scripts/docs-tables.mjs';
import { SERVE_OPTIONS } from '../../src/dev-server/cli/settings.ts';
import { serve } from '../../src/dev-server/commands/serve.ts';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { DEFAULT_LIMITS } from '../../src/server/config/settings.ts';
import { LmdbStore } from '../../src/server/stores/lmdb/lmdb-store.ts';
import { append, numbered, startServer } from '../support/server.ts';

const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');

describe('docs/operating.md', () => {
  it('names only metrics that exist, and all of this server', async () => {
    const server = await startServer();
    const metrics = server.logs.metrics();
    const names = [...metrics.matchAll(/^# TYPE (\S+) \S+$/gmu)].map(([, name = '']) => name);
    const named = [...text.matchAll(/\b(?:log_stream|nodejs|process)_[a-z_]+/gu)].map(([name]) =>
      name.replace(/_(?:bucket|sum|count)$/u, ''),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => name.startsWith('log_stream_') && !named.includes(name))).toEqual([]);
    const labels = [...text.matchAll(/(log_stream_\w+)\{(\w+)=/gu)].map(([, name = '', label = '']) => [
      name.replace('_bucket', ''),
      label,
    ]);
    expect(labels).toEqual(
      expect.arrayContaining([
        ['log_stream_store_seconds', 'operation'],
        ['log_stream_refusals_total', 'reason'],
        ['log_stream_requests_total', 'status'],
        ['log_stream_sockets_closed_total', 'code'],
      ]),
    );
  });

  it('has the limits as the sources have them: run node scripts/docs-tables.mjs', async () => {
    expect(text).toBe(await operatingPage({ ...DEFAULT_LIMITS }));
    expect(text).toMatch(/^\| `frameBytes` +\| 64 KiB +\| The largest frame/mu);
  });

  it('takes defaults that agree with the comments of the limits', () => {
    const options = optionsOf(readFileSync(new URL('../../src/server/config/options.ts', import.meta.url), 'utf8'), 'ServerLimits');
    const named = Object.fromEntries(options.map(({ option, tag }) => [option, tag === 'no limit' ? undefined : Number(tag)]));
    expect(named).toEqual(DEFAULT_LIMITS);
  });

  it('names only options that the command has', () => {
    const known = new Set([...SERVE_OPTIONS, ...serve.options].map(({ long }) => long?.slice(2)));
    const named = [...text.matchAll(/`--([a-z-]+)/gu)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has a backup script that copies a store in use', async () => {
    // Inside the project, so that the script finds the driver.
    const cache = join(packageRoot(), '.cache');
    mkdirSync(cache, { recursive: true });
    const dir = mkdtempSync(join(cache, 'backup-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const script = /```js\n([^]*?)```/u.exec(text)?.[1] ?? '';
    writeFileSync(join(dir, 'backup.mjs'), script);
    const store = await LmdbStore.open({ dir: join(dir, 'store') });
    await append(store, 'run:1', numbered(100));
    execFileSync(process.execPath, [join(dir, 'backup.mjs'), join(dir, 'store'), join(dir, 'copy')]);
    const tail = await store.tail('run:1');
    await append(store, 'run:1', ['later']);
    await store.close();
    const copy = await LmdbStore.open({ dir: join(dir, 'copy') });
    expect(await copy.tail('run:1')).toEqual(tail);
    const { lines } = await copy.read('run:1', { after: 0, limit: 200, bytes: 1e6 });
    expect(lines.map(([, line]) => line)).toEqual(numbered(100));
    await copy.close();
  });
});
