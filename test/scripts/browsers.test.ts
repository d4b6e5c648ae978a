import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../scripts/browsers.mjs';

describe('finding a program', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'log-stream-path-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function program(name: string, exitCode: number): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\nexit ${exitCode}\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('takes the first variable that is set, before PATH', async () => {
    const named = await program('mine', 0);
    await program('chromium', 0);
    expect(findProgram('chromium', { PATH: folder, CHROME_BIN: named })).toBe(named);
  });

  it('does not pass over a variable whose program does not run', async () => {
    await program('chromium', 0);
    const bad = await program('bad', 1);
    expect(() => findProgram('chromium', { PATH: folder, CHROME_PATH: bad })).toThrow(/CHROME_PATH is set to .*bad.*unset/);
  });

  it('passes over a stub on PATH that only says how to install the browser', async () => {
    await program('chromium', 127);
    const works = await program('google-chrome', 0);
    expect(findProgram('chromium', { PATH: folder })).toBe(works);
  });

  it('prefers the order of the names to the order of the folders', async () => {
    const redis = await program('redis-server', 0);
    await program('valkey-server', 0);
    expect(findProgram('redis', { PATH: folder })).toBe(redis);
  });

  it('finds nothing on an empty PATH', () => {
    expect(findProgram('redis', { PATH: folder })).toBeUndefined();
  });
});
