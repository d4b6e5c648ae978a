import { assert } from 'chai';
import { collect } from '../../../src/element/tools/download/download.ts';
import { DownloadSink } from '../../../src/element/tools/download/download-sink.ts';
import '../../../src/element/log-stream.ts';
import { append, sign } from '../../support/browser/log-server.ts';
import { shadow, until } from './support/fixture.ts';
import { TOOL_STRINGS } from '../../support/english.ts';

/** The private file system; undefined in engines without one. */
const storage = (navigator as { readonly storage?: StorageManager }).storage;
const hasFiles = storage !== undefined && 'getDirectory' in storage;

/** The names of the files of running downloads. */
async function kept(): Promise<string[]> {
  if (!hasFiles) return [];
  const folder = await navigator.storage.getDirectory();
  const names: string[] = [];
  for await (const name of folder.keys()) if (name.startsWith('log-stream-download-')) names.push(name);
  return names;
}

/** A body of so many chunks of a thousand bytes, which may fail after the last. */
function body(chunks: number, fails = false): Response {
  let sent = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (sent === chunks && fails) controller.error(new TypeError('network error'));
        else if (sent === chunks) controller.close();
        else controller.enqueue(new Uint8Array(1_000).fill((sent += 1)));
      },
    }),
  );
}

describe('collecting a download', () => {
  it('keeps a small one in memory and a large one in a file, which is removed after use', async () => {
    const small = await collect(body(5), TOOL_STRINGS, () => undefined, new DownloadSink(10_000));
    assert.equal(small.blob.size, 5_000);
    assert.isEmpty(await kept());
    const heard: number[] = [];
    const large = await collect(body(50), TOOL_STRINGS, (bytes) => heard.push(bytes), new DownloadSink(10_000));
    assert.lengthOf(await kept(), hasFiles ? 1 : 0);
    assert.equal(heard.at(-1), 50_000);
    const bytes = new Uint8Array(await large.blob.arrayBuffer());
    assert.isTrue(bytes.length === 50_000 && bytes.every((byte, at) => byte === Math.floor(at / 1_000) + 1));
    await large.dispose();
    assert.isEmpty(await kept());
  });

  it('leaves no file when the connection breaks, and says what to do', async () => {
    const problem = await collect(body(50, true), TOOL_STRINGS, () => undefined, new DownloadSink(10_000)).catch((error: unknown) => error);
    assert.match(String(problem), /The download was interrupted\. Try again/u);
    assert.isEmpty(await kept());
  });

  it('works without a file system', async () => {
    if (hasFiles) storage.getDirectory = () => Promise.reject(new DOMException('No.', 'SecurityError'));
    try {
      const { blob } = await collect(body(50), TOOL_STRINGS, () => undefined, new DownloadSink(10_000));
      assert.equal(blob.size, 50_000);
    } finally {
      if (storage !== undefined) Reflect.deleteProperty(storage, 'getDirectory');
    }
  });
});

describe('downloading a log', () => {
  let element: HTMLElementTagNameMap['log-stream'];
  const { fetch } = window;
  const { click } = HTMLAnchorElement.prototype;
  /** The requested URLs, and the files handed to the browser. */
  let asked: string[];
  let saved: { readonly name: string; readonly text: Promise<string> }[];

  beforeEach(() => {
    asked = [];
    saved = [];
    window.fetch = (input, init) => {
      asked.push(input instanceof Request ? input.url : input.toString());
      return fetch(input, init);
    };
    HTMLAnchorElement.prototype.click = function () {
      saved.push({ name: this.download, text: fetch(this.href).then((file) => file.text()) });
    };
  });

  afterEach(() => {
    window.fetch = fetch;
    HTMLAnchorElement.prototype.click = click;
    element.remove();
  });

  async function show(channel: string, topic?: string): Promise<void> {
    element = document.createElement('log-stream');
    element.topic = topic ?? (await sign(channel));
    document.body.append(element);
    await until(() => element.state === 'ended');
  }

  it('hands every byte to the browser, named after the channel, with the token in no URL', async () => {
    const channel = `download/${crypto.randomUUID()}`;
    const raw = Array.from({ length: 50_000 }, (_, at) => `\x1b[32mline ${at + 1}\x1b[0m ${'·'.repeat(90)}\n`).join('');
    await append(channel, raw, { end: 0 });
    await show(channel);
    await element.download();
    assert.equal(saved[0]?.name, `${channel.replace('/', '-')}.log`);
    assert.isTrue((await saved[0]?.text) === raw, 'as it was written');
    const page = asked.filter((url) => url.includes('/topics/'));
    assert.isNotEmpty(page);
    for (const url of page) assert.notInclude(url, 'topic=');
  });

  it('requests a fresh topic if its own has expired', async () => {
    const channel = `download-${crypto.randomUUID()}`;
    await append(channel, 'one\ntwo\n', { end: 0 });
    await show(channel);
    const fresh = await sign(channel);
    let refreshed = 0;
    element.addEventListener('log-stream-refresh', (event) => {
      refreshed += 1;
      event.detail.respondWith(fresh);
    });
    const served = window.fetch;
    let refused = 0;
    window.fetch = async (input, init) => {
      const first = new Headers(init?.headers).get('accept') === 'text/plain' && (refused += 1) === 1;
      return first ? new Response('expired', { status: 401 }) : served(input, init);
    };
    await element.download();
    assert.equal(refreshed, 1);
    assert.equal(await saved[0]?.text, 'one\ntwo\n');
  });

  it('shows its progress, and can be cancelled', async () => {
    const channel = `download-${crypto.randomUUID()}`;
    await append(channel, 'one\n', { end: 0 });
    await show(channel);
    let stopped = false;
    window.fetch = async (_, init) => {
      init?.signal?.addEventListener('abort', () => (stopped = true));
      const stream = new ReadableStream({
        start: (controller) => {
          controller.enqueue(new Uint8Array(3_000_000));
          init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
        },
      });
      return new Response(stream);
    };
    const result = element.download().catch((error: unknown) => error);
    await until(() => shadow(element, '.toast').textContent?.startsWith('Downloading… 2.9 MB'));
    shadow<HTMLButtonElement>(element, '.act').click();
    assert.propertyVal(await result, 'name', 'AbortError');
    assert.isTrue(stopped);
    assert.isEmpty(saved);
    assert.isTrue(shadow<HTMLElement>(element, '.toast').hidden);
  });
});
