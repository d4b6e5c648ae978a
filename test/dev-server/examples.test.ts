import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../src/server/package-root.ts';
import { readTopic } from '../../src/protocol/topic.ts';
import { buildCommand, CommandProcess } from './support.ts';

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

  it('load the element in a plain page by the address the server has for it', async () => {
    const html = await readFile(join(packageRoot(), 'examples/page/index.html'), 'utf8');
    expect(html).toContain('<script type="module" src="http://127.0.0.1:8787/log-stream/assets/log-stream.js"></script>');
    expect(html).toContain('<link rel="log-stream" href="http://127.0.0.1:8787/log-stream" />');
  });
});
