import type { OutgoingHttpHeaders } from 'node:http';
import type { Frame, Page } from 'puppeteer-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SILENT, type Logger } from '../../src/server/log/logger.ts';
import { HttpProxy, type Upgrades } from '../support/http-proxy.ts';
import { patience, picture, seen, toldStates, waitToSee } from './audience.ts';
import { prepareSet } from './set.ts';
import type { Stage } from './stage.ts';

const set = prepareSet();

/** Opens a page, and collects what its elements write to the console. */
async function open(url: string): Promise<{ page: Page; said: string[] }> {
  const page = await set.open('about:blank');
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'warn' && message.text().includes('log-stream')) said.push(message.text());
  });
  await page.goto(url, { waitUntil: 'load' });
  return { page, said };
}

/** Serves a page whose policy allows servers elsewhere; returns its address. */
function openPage(stage: Stage, ...elements: readonly Readonly<Record<string, string>>[]): string {
  stage.answers.set('/open', (_request, response) => {
    response
      .setHeader('content-type', 'text/html; charset=utf-8')
      .end('<!doctype html><html lang="en"><title>log</title><script type="module" src="/page.js"></script><body>');
  });
  return stage.page(...elements).replace('/page#', '/open#');
}

const originOf = (stage: Stage): string => `http://127.0.0.1:${stage.proxy.port}`;
const endpointOf = (stage: Stage): string => `${originOf(stage)}/log-stream`;

function listening(): { logger: Logger; warned: Readonly<Record<string, unknown>>[] } {
  const warned: Readonly<Record<string, unknown>>[] = [];
  return { logger: { ...SILENT, warn: (facts) => void warned.push(facts) }, warned };
}

describe('a page whose origin is refused', () => {
  it('learns the origin and the option in each element, once in the console and once in the server’s log', async () => {
    const [site, { logger, warned }] = [await set.stage(), listening()];
    const server = await set.stage({ logger });
    await server.write('run:1', 1, 3);
    const origin = originOf(site);
    const element = (channel: string): Record<string, string> => ({ topic: server.sign(channel), endpoint: endpointOf(server) });
    const { page, said } = await open(openPage(site, element('run:1'), element('run:2')));
    const problem = `This log server doesn't let in pages from ${origin} (--allow-origin ${origin} would).`;
    for (const at of [0, 1]) await waitToSee(page, { state: 'error', notice: `${problem} Retry`, hint: problem, tone: 'error' }, at);
    await picture(page, 'origin-refused');
    expect(await toldStates(page)).toEqual(['error']);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(endpointOf(server));
    expect(said[0]).toContain(`--allow-origin ${origin}`);
    expect(said[0]).toContain(`Host 127.0.0.1:${server.proxy.port}`);
    expect(warned).toEqual([{ event: 'origin-refused', origin, host: `127.0.0.1:${server.proxy.port}` }]);
  });

  it('is let in once the option is set', async () => {
    const site = await set.stage();
    const server = await set.stage({ allowOrigins: [originOf(site)] });
    await server.write('run:1', 1, 3);
    const { page, said } = await open(openPage(site, { topic: server.sign('run:1'), endpoint: endpointOf(server) }));
    await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3'] });
    expect(said).toEqual([]);
  });

  it.each([
    [undefined, "This log server doesn't let in pages from null (--allow-origin null would)."],
    [['null'], 'Waiting for the first line…'],
  ])('in a sandboxed frame, with the list %j', async (allowOrigins, notice) => {
    const server = await set.stage(allowOrigins === undefined ? {} : { allowOrigins });
    const element = `<log-stream topic="${server.sign('run:1')}" endpoint="${endpointOf(server)}"></log-stream>`;
    server.answers.set('/framed', (_request, response) => {
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          `<!doctype html><html lang="en"><title>log</title><script type="module" src="/log-stream/assets/log-stream.js"></script>${element}`,
        );
    });
    server.answers.set('/frame', (_request, response) => {
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          '<!doctype html><html lang="en"><title>frame</title><iframe src="/framed" sandbox="allow-scripts" width="700" height="500"></iframe>',
        );
    });
    const { page, said } = await open(`${originOf(server)}/frame`);
    await page.bringToFront();
    await vi.waitFor(async () => expect(await noticeIn(frameOf(page))).toContain(notice), patience);
    expect(said.filter((text) => text.includes('--allow-origin null'))).toHaveLength(allowOrigins === undefined ? 1 : 0);
  });
});

function frameOf(page: Page): Frame {
  const frame = page.frames().find((one) => one.url().endsWith('/framed'));
  if (frame === undefined) throw new Error('The frame is not there yet.');
  return frame;
}

function noticeIn(frame: Frame): Promise<string> {
  return frame.evaluate(
    () => document.querySelector('log-stream')?.shadowRoot?.querySelector<HTMLElement>('[part="notice"]')?.innerText ?? '',
  );
}

describe('an address without a log server', () => {
  it.each([
    ['that is answered with 404', '/missing', 404, 'HTTP 404'],
    ['that is answered with a web page', '/somewhere', 200, 'it answers with a web page'],
    ['below that of the server', '/log-stream/nothing', undefined, 'HTTP 404'],
  ])('%s is named, with what to set', async (_, path, status, what) => {
    const stage = await set.stage();
    stage.sockets = 'refused';
    if (status !== undefined)
      stage.answers.set(path, (_request, response) => {
        response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html><title>other</title>');
      });
    const { page, said } = await open(stage.page({ topic: stage.sign('run:1'), endpoint: path }));
    const problem = `No log-stream server at ${originOf(stage)}${path} (${what}).`;
    await waitToSee(page, { state: 'error', notice: `${problem} Retry`, hint: problem });
    await picture(page, 'no-server');
    expect(await toldStates(page)).toEqual(['error']);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/Set endpoint, or <link rel="log-stream" href>/u);
  });

  it('on another origin that allows no reading is named, too', async () => {
    const [site, other] = [await set.stage(), await set.stage()];
    other.sockets = 'refused';
    const { page, said } = await open(openPage(site, { topic: site.sign('run:1'), endpoint: `${originOf(other)}/logs` }));
    await waitToSee(page, { state: 'error', notice: expect.stringContaining(`No log-stream server at ${originOf(other)}/logs`) });
    expect(said).toHaveLength(1);
  });

  it('is retried, and the log opens once there is one', async () => {
    const stage = await set.stage();
    stage.sockets = 'refused';
    stage.answers.set('/log-stream', (_request, response) => void response.writeHead(404).end());
    const { page } = await open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'error' });
    stage.answers.clear();
    stage.sockets = 'served';
    await waitToSee(page, { state: 'live' });
    expect((await seen(page)).hint).toBe('Connected. Lines appear as they are written.');
  });
});

describe('a server that is down', () => {
  it('is not mistaken for an address without one, whatever its gateway answers', async () => {
    const stage = await set.stage();
    stage.sockets = 'refused';
    stage.answers.set(
      '/log-stream',
      (_request, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<p>Bad gateway'),
    );
    const { page, said } = await open(stage.page({ topic: stage.sign('run:1') }));
    await waitToSee(page, { state: 'reconnecting', notice: expect.stringContaining("Can't reach the server.") });
    expect(said).toEqual([]);
  });
});

/** A proxy in front of a stage, and a page behind it. */
async function openProxied(
  upgrades: Upgrades,
  headers?: (port: number) => HttpProxy['headers'],
): Promise<{ page: Page; said: string[]; proxy: HttpProxy }> {
  const stage = await set.stage();
  await stage.write('run:1', 1, 3);
  const proxy = await HttpProxy.listen(() => stage.proxy.port, upgrades);
  onTestFinished(() => proxy.close());
  if (headers !== undefined) proxy.headers = headers(stage.proxy.port);
  const url = new URL(stage.page({ topic: stage.sign('run:1') }));
  url.port = String(proxy.port);
  return { ...(await open(url.href)), proxy };
}

const OVER_HTTP = "Connected over HTTP because WebSockets don't get through. Lines appear as they are written.";

describe('a proxy that does not pass WebSockets on', () => {
  it.each<Upgrades>(['refuse', 'html', 'hang'])(
    '(it answers with: %s) is named in the console, once, and lines come over HTTP',
    async (upgrades) => {
      const { page, said } = await openProxied(upgrades);
      await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3'], hint: OVER_HTTP });
      await vi.waitFor(() => expect(said).toHaveLength(1), patience);
      expect(said[0]).toContain("a proxy in between doesn't pass them on");
      expect(said[0]).toContain('Upgrade and Connection');
    },
  );
});

describe('a proxy that changes Host', () => {
  const vite =
    (target: number): HttpProxy['headers'] =>
    (headers) => ({ ...headers, host: `127.0.0.1:${target}` });
  const next =
    (target: number): HttpProxy['headers'] =>
    (headers): OutgoingHttpHeaders => ({
      ...headers,
      host: `localhost:${target}`,
      'x-forwarded-host': headers.host,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '127.0.0.1',
    });

  it.each([
    ['as Vite does with changeOrigin', vite, '127.0.0.1'],
    ['as the rewrites of Next.js do', next, 'localhost'],
  ])('%s costs the socket if the browser does not send Sec-Fetch-Site with it, and says so', async (_, headers, name) => {
    const { page, said, proxy } = await openProxied('pass', headers);
    await waitToSee(page, { state: 'live', rows: ['line 1', 'line 2', 'line 3'], hint: OVER_HTTP });
    // The first failure says so: no connection is reported as lost.
    expect(await toldStates(page)).toEqual(['live']);
    await vi.waitFor(() => expect(said).toHaveLength(1), patience);
    expect(said[0]).toMatch(new RegExp(`changes Host from 127\\.0\\.0\\.1:${proxy.port} to ${name.replaceAll('.', '\\.')}:\\d+`, 'u'));
    expect(said[0]).toContain(`--allow-origin http://127.0.0.1:${proxy.port}`);
    expect(said[0]).toContain('changeOrigin: false');
  });

  it('costs nothing if it does', async () => {
    const { page, said } = await openProxied('pass', (target) => (headers) => ({
      ...headers,
      host: `127.0.0.1:${target}`,
      // Chromium does not send it with a WebSocket; Firefox does.
      'sec-fetch-site': headers['sec-fetch-site'] ?? 'same-origin',
    }));
    await waitToSee(page, { state: 'live', hint: 'Connected. Lines appear as they are written.' });
    expect(said).toEqual([]);
  });
});
