import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { runConformance } from '../../src/conformance/kit.ts';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { CommandProcess } from '../dev-server/support.ts';
import { SECRET } from '../support/server.ts';
import { WireClient } from '../support/wire-client.ts';

/** Rules that the Python server does not claim: it has no browser build to serve. */
const NOT_CLAIMED = ['H60'];
/** Why other rules are not run: they cannot be seen from outside, or are about what it does not offer. */
const NOT_RUN = /^(?:not testable from outside: |the server does not list "(?:search|tail)"|the server has no \/otlp\/)/u;
const SERVER = join(packageRoot(), 'examples/python-server/server.py');

const hasPython = spawnSync('python3', ['--version']).status === 0;

test('there is a python3 to run the example with', () => {
  if (hasPython) return;
  const what = 'No python3 was found: install it (Debian: apt-get install python3).';
  if (process.env['CI'] === 'true') throw new Error(what);
  console.warn(`SKIPPED: the server in Python. ${what}`);
});

/** A server in Python at a port that was free; it is ended with the test. */
async function startPython(): Promise<{ server: CommandProcess; url: string }> {
  // Files of Python's own would be left in the folder of the example.
  const env = { PATH: process.env['PATH'], LOG_STREAM_SECRET: SECRET, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn('python3', ['-X', 'dev', SERVER, '--port', '0', '--heartbeat', '2'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const server = new CommandProcess(child);
  const [, url = ''] = await server.printed(/at (http:\/\/\S+)/);
  return { server, url };
}

describe.skipIf(!hasPython)('the server in Python, written from PROTOCOL.md', () => {
  it('keeps every rule that it claims', async () => {
    const { server, url } = await startPython();
    const report = await runConformance({ url, secret: SECRET, skip: NOT_CLAIMED });
    expect(report.results.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(report.passed).toBeGreaterThan(150);
    for (const result of report.results) {
      if (result.state === 'skipped' && !NOT_CLAIMED.includes(result.rule)) expect(result.why).toMatch(NOT_RUN);
    }
    expect(server.stderr).toBe('');
  }, 120_000);

  it('does not start without a good secret, and says how to make one', () => {
    for (const secret of ['', 's3', `${SECRET},old`]) {
      const env = { PATH: process.env['PATH'], LOG_STREAM_SECRET: secret, PYTHONDONTWRITEBYTECODE: '1' };
      const { status, stderr } = spawnSync('python3', [SERVER, '--port', '0'], { env, encoding: 'utf8' });
      expect([status, stderr]).toEqual([1, expect.stringMatching(/^LOG_STREAM_SECRET: Secret \d of \d has \d+ bytes.*token_hex/u)]);
    }
  });

  it('says goodbye to its viewers when it is asked to stop, and ends', async () => {
    const { server, url } = await startPython();
    const client = await WireClient.connect(url.replace('http:', 'ws:'));
    await client.next('hello');
    server.child.kill('SIGTERM');
    expect(await client.next('bye')).toMatchObject({ retry: [0, 5_000] });
    expect((await client.closed).code).toBe(1_012);
    expect(await server.code()).toBe(0);
    expect(server.stderr).toBe('');
  });
});
