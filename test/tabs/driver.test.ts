import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Tabs } from './driver.ts';

const PAGE = `<!doctype html><title>tab</title><script type="module">
  window.worker = new SharedWorker('/worker.js', { type: 'module' });
  worker.port.onmessage = ({ data }) => { window.ports = data; };
</script>`;
const WORKER = `const ports = []; self.onconnect = ({ ports: [port] }) => { ports.push(port); for (const p of ports) p.postMessage(ports.length); };`;

describe('the driver of several tabs', () => {
  let server: Server;
  let tabs: Tabs;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const script = request.url === '/worker.js';
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html').end(script ? WORKER : PAGE);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    url = `http://127.0.0.1:${address.port}/`;
    tabs = await Tabs.launch();
  });

  afterAll(async () => {
    await tabs.close();
    server.closeAllConnections();
    server.close();
  });

  it('opens tabs that share one worker, and loses one without the others', async () => {
    const [first, second, third] = await tabs.openMany(url, 3);
    if (!first || !second || !third) throw new Error('Three tabs were opened.');
    await vi.waitFor(async () => expect(await tabs.inEach([first, second, third], () => Reflect.get(window, 'ports'))).toEqual([3, 3, 3]), {
      timeout: 10_000,
    });
    expect(tabs.sharedWorkers('/worker.js')).toHaveLength(1);
    expect(await (await tabs.worker('/worker.js')).evaluate(() => 'onconnect' in self)).toBe(true);

    await tabs.crash(third);
    await second.close();
    expect(await first.evaluate(() => document.title)).toBe('tab');
    expect(tabs.problems).toEqual([]);
  });
});
