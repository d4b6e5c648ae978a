import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { collected, collectedCount, isComplete, shownRows, shownState } from './site.ts';
import { patience, Stage } from './stage.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/lib/dev-server/cli.js', import.meta.url));
const TOKEN = 'the-console-token-of-this-test';

const stage = Stage.set();
const started: ChildProcess[] = [];

/** Starts a program in a process group of its own, so that it ends with all it started. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(command, args, { cwd: ROOT, detached: true, stdio: ['ignore', 'inherit', 'pipe'], env: { ...process.env, ...env } });
  started.push(child);
  return child;
}

afterEach(() => {
  for (const { pid, exitCode } of started.splice(0)) {
    if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
  }
});

describe('what a real program writes', () => {
  it('is in the page while it is written, piped in by curl from `npm run … 2>&1` (H40, H44)', async () => {
    const channel = 'producers:curl';
    const page = await stage.open(stage.site.page(channel, { collect: true }));
    const child = start(
      'sh',
      ['-c', 'npm run test:unit -- test/protocol/position.test.ts 2>&1 | curl -sS -T - -H "Authorization: Bearer $TOPIC" "$URL?end=0"'],
      {
        TOPIC: stage.site.logs.sign(channel, { write: true }),
        URL: stage.site.appendUrl(channel),
        CI: '',
      },
    );
    const exited = once(child, 'exit');
    await vi.waitFor(async () => expect(await collectedCount(page)).toBeGreaterThan(0), patience);
    expect(child.exitCode).toBeNull();
    expect(await exited).toEqual([0, null]);

    await vi.waitFor(async () => expect(await isComplete(page)).toBe(true), patience);
    const raw = await fetch(stage.site.appendUrl(channel), {
      headers: { authorization: `Bearer ${stage.site.logs.sign(channel)}`, accept: 'text/plain' },
    });
    const lines = (await raw.text()).split('\n').slice(0, -1);
    expect(await collected(page)).toEqual(lines.map((text, index) => [index + 1, text]));
    expect(lines.join('\n')).toMatch(/Tests .*passed/u);
    await vi.waitFor(async () => expect(await shownState(page)).toBe('ended'), patience);
  });

  it('is in the page of `log-stream run -- npm run build`, to its exit code', async () => {
    const child = start('node', [CLI, 'run', '--port', '0', '--store', 'memory:', '--', 'npm', 'run', 'build'], {
      LOG_STREAM_SECRET: 'the secret of this test',
      LOG_STREAM_CONSOLE_TOKEN: TOKEN,
    });
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const url = await vi.waitFor(() => /http:\S+\?log=\S+/u.exec(output)?.[0] ?? expect.fail('No address yet'), patience);
    // The token is printed to a terminal alone.
    const page = await stage.open(`${url}#token=${TOKEN}`);
    await vi.waitFor(async () => expect(await shownState(page)).toBe('ended'), patience);
    await page.evaluate(() => document.querySelector('log-stream')?.goTo('end'));
    await stage.waitForRows(page, (rows) => expect(rows.join('\n')).toMatch(/✓ built in/u));
    expect((await shownRows(page)).every((row) => /^\d+: /u.test(row))).toBe(true);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
