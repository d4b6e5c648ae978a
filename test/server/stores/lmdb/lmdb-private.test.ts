import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../../../src/server/stores/open-store.ts';
import { write } from '../store-tools.ts';

let dir: string;
let umask: number;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'log-stream-private-'));
  umask = process.umask(0);
});
afterEach(async () => {
  process.umask(umask);
  await rm(dir, { recursive: true, force: true });
});

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('the files of an LMDB store', () => {
  test('are for their owner alone, and so is the directory that is made, whatever the umask', async () => {
    const onWarning = vi.fn<(message: string) => void>();
    const logs = join(dir, 'some/logs');
    const store = await openStore(`lmdb:${logs}`, { onWarning });
    await write(store, 'a', ['x']);
    expect([await modeOf(join(dir, 'some')), await modeOf(logs)]).toEqual([0o700, 0o700]);
    const files = await readdir(logs);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const name of files) expect([name, await modeOf(join(logs, name))]).toEqual([name, 0o600]);
    await store.close();
    expect(onWarning).not.toHaveBeenCalled();
  });

  test.each([
    ['the directory', '.', 0o755],
    ['the logs', 'data.mdb', 0o644],
    ['the readers', 'lock.mdb', 0o660],
  ])('that others can get at are warned of: %s', async (_what, name, mode) => {
    const logs = join(dir, 'logs');
    await mkdir(logs, { mode: 0o700 });
    await (await openStore(`lmdb:${logs}`)).close();
    await chmod(join(logs, name), mode);
    const onWarning = vi.fn<(message: string) => void>();
    await (await openStore(`lmdb:${logs}`, { onWarning })).close();
    expect(onWarning.mock.calls).toEqual([[expect.stringMatching(new RegExp(`chmod -R go= ${logs}$`, 'u'))]]);
  });
});
