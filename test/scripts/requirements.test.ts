import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { otherEngines } from '../../scripts/requirements.mjs';

describe('the engines besides Chromium', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'log-stream-engines-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function install(variable: string): Promise<Record<string, string>> {
    const path = join(folder, variable);
    await writeFile(path, '#!/bin/sh\nexit 0\n');
    await chmod(path, 0o755);
    return { [variable]: path };
  }

  it('are tested in where they are installed', async () => {
    const env = { ...(await install('FIREFOX_PATH')), ...(await install('WEBKIT_DRIVER_PATH')), ...(await install('XVFB_PATH')) };
    expect(otherEngines(env)).toEqual({ present: ['firefox', 'webkit'], advice: [] });
  });

  it('take WebKitGTK for missing where there is nothing to show it on', async () => {
    const env = { PATH: folder, ...(await install('FIREFOX_PATH')), ...(await install('WEBKIT_DRIVER_PATH')) };
    const { present, advice } = otherEngines(env);
    expect(present).toEqual(['firefox']);
    expect(advice).toEqual([expect.stringMatching(/WebKitGTK.*apt-get install -y webkit2gtk-driver xvfb/)]);
    expect(otherEngines({ ...env, DISPLAY: ':1' }).advice).toEqual([]);
  });
});
