import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { secretTextsOf, withoutSecrets } from '../../src/dev-server/processes/environment.ts';
import { buildCommand, command, CONSOLE_TOKEN, runCommand, serve, temporaryFolder, textOf } from './support.ts';

beforeAll(buildCommand, 60_000);

const SECRET = 'a-secret-of-this-server';
const OLD = 'a-secret-of-last-year';
const REDIS = 'redis://logs:p%40ssword-of-redis@127.0.0.1:6399';

/** All that a server may be told, under its own names and under others. */
const ENV = {
  LOG_STREAM_SECRET: `${SECRET},${OLD}`,
  LOG_STREAM_STORE: REDIS,
  MY_SECRET: SECRET,
  MY_TOKEN: CONSOLE_TOKEN,
  npm_config_argv: JSON.stringify({ original: ['start', '--store', REDIS] }),
  REDIS_PASSWORD: 'p@ssword-of-redis',
  HARMLESS: 'kept as it is',
};
const SECRETS = [SECRET, OLD, CONSOLE_TOKEN, REDIS, 'p@ssword-of-redis', 'p%40ssword-of-redis'];

function expectNoSecret(text: string): void {
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/LOG_STREAM_(?:SECRET|STORE|CONSOLE_TOKEN)/u);
}

describe('the environment of programs that a server starts', () => {
  it('contains no secret of the server under any name', () => {
    const withheld = secretTextsOf({ secrets: [SECRET, OLD], consoleToken: CONSOLE_TOKEN, store: REDIS });
    const env = withoutSecrets({ ...ENV, LOG_STREAM_CONSOLE_TOKEN: CONSOLE_TOKEN, PATH: '/bin' }, withheld);
    expect(env).toEqual({ HARMLESS: 'kept as it is', PATH: '/bin' });
  });

  it("lacks the server's variables in any case", () => {
    expect(withoutSecrets({ log_stream_secret: 'x', Log_Stream_Store: 'y', LOG_STREAM_SECRETS: 'z' })).toEqual({ LOG_STREAM_SECRETS: 'z' });
  });

  it('keeps values that only resemble a short password, and addresses of local stores', () => {
    const withheld = secretTextsOf({ secrets: undefined, store: 'redis://:abc@127.0.0.1' });
    expect(withoutSecrets({ A: 'abcdef', B: 'abc', C: 'redis://:abc@127.0.0.1/0' }, withheld)).toEqual({ A: 'abcdef' });
    for (const store of ['memory:', 'lmdb:/srv/logs']) expect(secretTextsOf({ secrets: undefined, store })).toEqual([]);
  });

  it.each([
    ['redis://one:7000,two:7000', []],
    ['rediss+sentinel://:first-password@one,two/main?sentinel-password=second-password', ['first-password', 'second-password']],
    ['redis://user:with%3Acolon@host', ['with:colon', 'with%3Acolon']],
    ['redis://what is this', []],
  ])('lacks the passwords of %s', (store, passwords) => {
    const withheld = secretTextsOf({ secrets: undefined, store });
    expect(withheld).toContain(store);
    expect(withheld).toEqual(expect.arrayContaining(passwords));
  });

  it('is clean for jobs', async () => {
    const cwd = await temporaryFolder();
    const { origin } = await serve(cwd, ['--store', 'memory:', '--job', 'env; echo end of it'], ENV);
    await vi.waitFor(async () => expect(await textOf(origin, 'job/env-echo-end-of-it/1')).toContain('end of it'), { timeout: 15_000 });
    const printed = await textOf(origin, 'job/env-echo-end-of-it/1');
    expect(printed).toContain('HARMLESS=kept as it is');
    for (const secret of [SECRET, OLD, CONSOLE_TOKEN]) expect(printed).not.toContain(secret);
    expect(printed).not.toMatch(/LOG_STREAM_/u);
  });

  it('is clean for run, with and without another server', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd, ['--store', 'memory:'], { LOG_STREAM_SECRET: ENV.LOG_STREAM_SECRET });
    const there = await runCommand(['run', '--port', port, '--', 'env'], { cwd, env: ENV });
    expect(there.code).toBe(0);
    expect(there.stdout).toContain('HARMLESS=kept as it is');
    expectNoSecret(there.stdout);
    const here = await runCommand(['run', '--port', '0', '--exit', '--store', 'memory:', '--', 'env'], { cwd, env: ENV });
    expect(here.stdout).toContain('HARMLESS=kept as it is');
    for (const secret of [SECRET, OLD, CONSOLE_TOKEN]) expect(here.stdout).not.toContain(secret);
  });

  it('is clean for the browser, whose command line has no token either', async () => {
    const cwd = await temporaryFolder();
    const bin = join(cwd, 'bin');
    await mkdir(bin);
    const seen = join(cwd, 'seen');
    for (const name of ['xdg-open', 'open']) {
      await writeFile(join(bin, name), `#!/bin/sh\n{ echo "$@"; env; echo end of it; } > '${seen}.new'; mv '${seen}.new' '${seen}'\n`, {
        mode: 0o755,
      });
    }
    const server = command(['serve', '--port', '0', '--store', 'memory:', '--open'], {
      cwd,
      env: { ...ENV, LOG_STREAM_STORE: '', PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    await server.printed(/listening on/u);
    const { readFile } = await import('node:fs/promises');
    const text = await vi.waitFor(() => readFile(seen, 'utf8'), { timeout: 15_000 });
    expect(text).toContain('HARMLESS=kept as it is');
    expect(text).not.toMatch(/LOG_STREAM_/u);
    expect(text.split('\n')[0]).not.toContain(CONSOLE_TOKEN);
  });
});
