import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask, startServer, type HttpTestServer } from '../support.ts';

const SOURCE = `export const answer = 42;\n${'// padding\n'.repeat(200)}`;

async function startWithBuild(): Promise<{ readonly server: HttpTestServer; readonly folder: string }> {
  const outer = await mkdtemp(join(tmpdir(), 'log-stream-assets-'));
  onTestFinished(() => rm(outer, { recursive: true }));
  const folder = join(outer, 'assets');
  await mkdir(join(folder, 'chunks'), { recursive: true });
  await writeFile(join(folder, 'log-stream.js'), SOURCE);
  await writeFile(join(folder, 'chunks', 'search-a1b2.js'), 'export {};\n');
  await writeFile(join(folder, 'log-stream.js.map'), '{}');
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES.md'), 'Copyright');
  await writeFile(join(folder, 'secret.key'), 'secret');
  await writeFile(join(outer, 'outside.js'), 'secret');
  return { server: await startServer({ assets: folder }), folder };
}

/** What a file is once it comes in brotli. */
async function awaitBrotli(server: HttpTestServer, path: string): Promise<Buffer> {
  const answer = await vi.waitFor(async () => {
    const next = await ask(server, path, { headers: { 'Accept-Encoding': 'br' } });
    expect(next.headers['content-encoding']).toBe('br');
    return next;
  });
  return brotliDecompressSync(answer.body);
}

describe('the browser build', () => {
  it('is served to any origin, without a topic', async () => {
    const { server } = await startWithBuild();
    const answer = await ask(server, '/log-stream/assets/log-stream.js', { headers: { Origin: 'https://anywhere.example' } });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(SOURCE);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect((await ask(server, '/log-stream/assets/chunks/search-a1b2.js?v=1')).text).toBe('export {};\n');
    expect((await ask(server, '/log-stream/assets/log-stream.js.map')).headers['content-type']).toBe('application/json; charset=utf-8');
    const licenses = await ask(server, '/log-stream/assets/THIRD-PARTY-LICENSES.md');
    expect(licenses.text).toBe('Copyright');
    expect(licenses.headers['content-type']).toBe('text/markdown; charset=utf-8');
  });

  it('isolates every script but that of a SharedWorker', async () => {
    const { server } = await startWithBuild();
    const policyOf = async (destination: string): Promise<unknown> => {
      const { headers } = await ask(server, '/log-stream/assets/log-stream.js', { headers: { 'Sec-Fetch-Dest': destination } });
      expect(headers.vary).toContain('Sec-Fetch-Dest');
      return headers['cross-origin-embedder-policy'];
    };
    expect(await policyOf('script')).toBe('require-corp');
    expect(await policyOf('worker')).toBe('require-corp');
    expect(await policyOf('sharedworker')).toBeUndefined();
  });

  it('is sent again only when it changed', async () => {
    const { server, folder } = await startWithBuild();
    const path = '/log-stream/assets/log-stream.js';
    const first = await ask(server, path);
    const etag = String(first.headers.etag);
    const second = await ask(server, path, { headers: { 'If-None-Match': `"other", W/${etag}` } });
    expect(second.status).toBe(304);
    expect(second.text).toBe('');
    await writeFile(join(folder, 'log-stream.js'), 'export const answer = 43;\n');
    const third = await ask(server, path, { headers: { 'If-None-Match': etag } });
    expect(third.status).toBe(200);
    expect(third.text).toBe('export const answer = 43;\n');
  });

  it('is compressed when asked for, with an ETag of its own', async () => {
    const { server } = await startWithBuild();
    const path = '/log-stream/assets/log-stream.js';
    const plain = await ask(server, path);
    const answer = await ask(server, path, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(answer.body).toString()).toBe(SOURCE);
    expect(answer.headers.etag).not.toBe(plain.headers.etag);
    expect(answer.headers.vary).toContain('Accept-Encoding');
    const again = await ask(server, path, { headers: { 'Accept-Encoding': 'gzip', 'If-None-Match': String(answer.headers.etag) } });
    expect(again.status).toBe(304);
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, gzip;q=0.1', 'gzip'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['gzip;q=0, br;q=0', undefined],
    ['identity', undefined],
    ['brotli', undefined],
  ])('is encoded as Accept-Encoding %s asks', async (accepted, coding) => {
    const { server } = await startWithBuild();
    await awaitBrotli(server, '/log-stream/assets/log-stream.js');
    const answer = await ask(server, '/log-stream/assets/log-stream.js', { headers: { 'Accept-Encoding': accepted } });
    expect(answer.headers['content-encoding']).toBe(coding);
    const decode = coding === 'br' ? brotliDecompressSync : coding === 'gzip' ? gunzipSync : (body: Buffer): Buffer => body;
    expect(decode(answer.body).toString()).toBe(SOURCE);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  it('is sent in gzip until its brotli form is made, which takes the first request that prefers it', async () => {
    const { server } = await startWithBuild();
    const path = '/log-stream/assets/log-stream.js';
    const first = await ask(server, path, { headers: { 'Accept-Encoding': 'br, gzip' } });
    expect(first.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(first.body).toString()).toBe(SOURCE);
    await awaitBrotli(server, path);
    expect((await ask(server, path, { headers: { 'Accept-Encoding': 'gzip' } })).headers['content-encoding']).toBe('gzip');
  });

  it('is compressed again after a build replaced it', async () => {
    const { server, folder } = await startWithBuild();
    const path = '/log-stream/assets/log-stream.js';
    await awaitBrotli(server, path);
    await writeFile(join(folder, 'log-stream.js'), `${SOURCE}// new\n`);
    expect((await awaitBrotli(server, path)).toString()).toBe(`${SOURCE}// new\n`);
  });

  it('is never sent in brotli where that saves nothing', async () => {
    const { server } = await startWithBuild();
    const path = '/log-stream/assets/chunks/search-a1b2.js';
    const accept = { headers: { 'Accept-Encoding': 'br, gzip' } };
    await ask(server, path, accept);
    await awaitBrotli(server, '/log-stream/assets/log-stream.js');
    expect((await ask(server, path, accept)).headers['content-encoding']).toBe('gzip');
  });

  it('is gone without harm when its file is', async () => {
    const { server, folder } = await startWithBuild();
    const path = '/log-stream/assets/log-stream.js';
    expect((await ask(server, path)).status).toBe(200);
    await rm(join(folder, 'log-stream.js'));
    expect((await ask(server, path)).status).toBe(404);
  });

  it('answers HEAD with the length and no body', async () => {
    const { server } = await startWithBuild();
    const answer = await ask(server, '/log-stream/assets/log-stream.js', { method: 'HEAD' });
    expect(answer.headers['content-length']).toBe(String(SOURCE.length));
    expect(answer.text).toBe('');
  });

  it.each([
    '../outside.js',
    '..%2foutside.js',
    '%2e%2e/outside.js',
    'chunks/../../outside.js',
    '/etc/passwd',
    'secret.key',
    'chunks',
    '',
    '.',
    'log-stream.js%00',
    'a\\b.js',
    '.hidden.js',
  ])('has nothing at %s', async (name) => {
    const { server } = await startWithBuild();
    const answer = await ask(server, `/log-stream/assets/${name}`);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it('says how to build it when it is missing', async () => {
    const server = await startServer({ assets: join(tmpdir(), 'log-stream-never-built') });
    const answer = await ask(server, '/log-stream/assets/log-stream.js');
    expect(answer.status).toBe(404);
    expect(answer.json()['detail']).toContain('npm run build');
  });

  it('is 405 for what changes things', async () => {
    const { server } = await startWithBuild();
    const answer = await ask(server, '/log-stream/assets/log-stream.js', { method: 'POST' });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
    expect((await ask(server, '/log-stream/assets/log-stream.js', { method: 'OPTIONS' })).status).toBe(204);
  });
});
