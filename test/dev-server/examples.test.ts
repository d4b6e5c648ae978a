import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { readTopic } from '../../src/protocol/topic.ts';
import { Tabs } from '../tabs/driver.ts';
import { buildCommand, CommandProcess, devServer, fetchAsOwner } from './support.ts';

beforeAll(buildCommand, 60_000);

describe('the examples', () => {
  it('serve a page with a signed topic whose log grows, and end cleanly', async () => {
    const child = spawn(process.execPath, ['examples/node-http/server.js'], {
      cwd: packageRoot(),
      env: { PATH: process.env['PATH'], PORT: '0' },
    });
    const example = new CommandProcess(child);
    onTestFinished(() => void child.kill('SIGKILL'));
    const [, origin = ''] = await example.printed(/at (http:\/\/[^/\s]+)\//);
    const page = await (await fetch(`${origin}/`)).text();
    const topic = /topic="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(readTopic(topic)).toMatchObject({ channel: 'example:counter', write: false });
    expect(readTopic(await (await fetch(`${origin}/topic`)).text())).toMatchObject({ channel: 'example:counter' });
    const log = await fetch(`${origin}/log-stream/topics/example:counter?follow=1`, { headers: { authorization: `Bearer ${topic}` } });
    const first = await log.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('\u001b[32mtick\u001b[0m 1\n');
    child.kill('SIGTERM');
    expect(await example.code()).toBe(0);
    expect(example.stderr).toBe('');
  });

  it('show a log in a plain page of another origin', async () => {
    const html = await readFile(join(packageRoot(), 'examples/page/index.html'), 'utf8');
    let page = '';
    const host = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(page));
    await once(host.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      host.close();
      host.closeAllConnections();
    });
    const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const server = await devServer({ allowOrigins: [origin] });
    const producer = server.produce('ticks');
    await producer.write(Buffer.from('ten past one\n'), 'out');
    await producer.finish();
    const topic = await (await fetchAsOwner(`${server.origin}/log-stream/sign?channel=ticks`)).text();
    page = html.replaceAll('http://127.0.0.1:8787', server.origin).replace('topic="SIGNED-TOPIC"', `topic="${topic}"`);
    const tabs = await Tabs.launch();
    onTestFinished(() => tabs.close());
    const tab = await tabs.open(origin);
    await vi.waitFor(
      async () => expect(await tab.$eval('log-stream', (element) => element.shadowRoot?.textContent)).toContain('ten past one'),
      { timeout: 10_000 },
    );
    expect(tabs.problems).toEqual([]);
  }, 60_000);
});
