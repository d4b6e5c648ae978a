import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildCommand, runCommand, serve, temporaryFolder } from '../dev-server/support.ts';
import { startServer, SECRET } from '../support/server.ts';

beforeAll(buildCommand, 60_000);

const OFFLINE = 'http://127.0.0.1:1/log-stream';

describe('log-stream conformance', () => {
  it.each([
    [[], /Missing URL\./],
    [[OFFLINE], /--secret, or set LOG_STREAM_SECRET/],
    [[OFFLINE, '--secret', `${SECRET}, s3`], /Secret 2 of 2 in --secret is too short: 2 bytes/],
    [['no url', '--secret', SECRET], /"no url" is no URL of a server/],
    [['ftp://a/', '--secret', SECRET], /is no URL of a server/],
    [[OFFLINE, '--secret', SECRET, '--only', 'W14,X3'], /--only takes numbers of rules.*"X3"/],
    [[OFFLINE, '--secret', SECRET, '--skip', 'H999'], /--skip takes numbers of rules.*"H999"/],
    [[OFFLINE, '--secret', SECRET, '--timeout', 'soon'], /--timeout takes a time/],
  ])('refuses %j with code 2 and says what to write', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(['conformance', ...args], { cwd: await temporaryFolder() });
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('says when nothing answers', async () => {
    const { code, stderr } = await runCommand(['conformance', OFFLINE, '--secret', SECRET], { cwd: await temporaryFolder() });
    expect(stderr).toMatch(/Nothing answers at http:\/\/127\.0\.0\.1:1\/log-stream: start the server/);
    expect(code).toBe(1);
  });

  it('runs the rules that are asked for, by the order of their numbers, and ends with 0', async () => {
    const server = await startServer();
    const args = ['conformance', `${server.url}/`, '--secret', SECRET, '--only', 'h10,W14,M6', '--skip', 'H15'];
    const { code, stdout, stderr } = await runCommand(args, { cwd: await temporaryFolder() });
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^- M6 .*not testable from outside/);
    expect(lines.slice(1, -1).map((line) => line.slice(0, 5).trim())).toEqual([
      ...Array<string>(5).fill('✓ W14'),
      ...Array<string>(3).fill('✓ H10'),
    ]);
    expect(lines.at(-1)).toBe('8 passed, 0 failed, 1 skipped');
    expect(code).toBe(0);
  });

  it('prints JSON with --json, uses the secret of the environment, and reports skipped rules', async () => {
    const { origin } = await serve(await temporaryFolder(), ['--store', 'memory:'], {
      LOG_STREAM_SECRET: 'the secret of today,the one of yesterday',
    });
    const args = ['conformance', `${origin}/log-stream`, '--json', '--only', 'H61,H60', '--skip', 'H60'];
    const { code, stdout } = await runCommand(args, {
      cwd: await temporaryFolder(),
      env: { LOG_STREAM_SECRET: 'the secret of today,the one of yesterday' },
    });
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { results: readonly { rule: string; state: string; why?: string }[] };
    expect(report).toMatchObject({ url: `${origin}/log-stream`, passed: 1, failed: 0, skipped: 3 });
    expect(report.results.filter(({ rule }) => rule === 'H60').map(({ why }) => why)).toEqual(
      Array(2).fill('the server does not claim it'),
    );
    expect(report.results.find(({ state }) => state === 'passed')?.rule).toBe('H61');
  });

  it('exits with 1 when a rule is broken, and reports which, what was expected and the actual value', async () => {
    const other = createServer((_request, response) => response.end('hello'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void other.close());
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/logs`;
    const args = ['conformance', url, '--secret', SECRET, '--only', 'M5,H2,W10', '--timeout', '500ms'];
    const { code, stdout } = await runCommand(args, { cwd: await temporaryFolder() });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^✗ H2 {3}Without a topic: 401\.\n {4}step 1 \(GET \/topics\/<a>\)\n {4}expected status 401\n {4}came {5}200 hello$/m,
    );
    expect(stdout).toMatch(/\n0 passed, \d+ failed, 0 skipped\n$/);
    expect(stdout).not.toContain(SECRET);
  });
});
