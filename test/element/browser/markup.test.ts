import { assert } from 'chai';
import { connect } from '../../../src/worker/client.ts';
import { TOPIC, collectWarnings, mount, unmountAll, until } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

interface Report {
  readonly results: Readonly<Record<string, boolean>>;
  readonly warned: readonly string[];
}

/** What a page in a frame reports. */
async function reportOf(page: string): Promise<Report> {
  const frame = document.createElement('iframe');
  const report = new Promise<Report>((resolve) => {
    window.addEventListener('message', (event) => {
      if (event.source === frame.contentWindow) resolve(event.data);
    });
  });
  frame.src = new URL(`./support/${page}`, import.meta.url).href;
  document.body.append(frame);
  try {
    return await report;
  } finally {
    frame.remove();
  }
}

/** Inserts elements for the time of a test. */
const added: Element[] = [];
function add<K extends keyof HTMLElementTagNameMap>(
  parent: Node,
  name: K,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  parent.appendChild(element);
  added.push(element);
  return element;
}

/** The endpoint that the page alone determines. */
function endpoint(): string {
  const client = connect();
  client.close();
  return client.endpoint;
}

const OWN = `${location.origin}/log-stream`;
const ELSEWHERE = 'https://elsewhere.example/log-stream';

describe('markup in a page', () => {
  const { head, body } = document;
  afterEach(() => {
    unmountAll();
    for (const element of added.splice(0)) element.remove();
  });

  it('names the worker’s script where Trusted Types are not enforced', async () => {
    const { results, warned } = await reportOf('markup-page.html');
    for (const [way, uploaded] of Object.entries(results)) assert.isTrue(uploaded, way);
    assert.deepEqual(warned, []);
  });

  it('names the worker’s script under enforced Trusted Types only where the page’s head or its code does', async function () {
    if (!('trustedTypes' in window)) this.skip();
    const { results, warned } = await reportOf('markup-page-strict.html');
    assert.deepEqual(results, {
      attribute: false,
      'attribute and link in the head': true,
      'attribute and another link in the head': false,
      'attribute and link in the body': false,
      'attribute and link in a form that is named head': false,
      property: true,
      'a copy of an element that had the property': false,
      connect: true,
    });
    assert.lengthOf(warned, 5);
    assert.include(warned[0], 'rel="log-stream-worker"');
  });

  it('names the server in the head, and nowhere else', () => {
    add(body, 'link', { rel: 'log-stream', href: ELSEWHERE });
    assert.equal(endpoint(), OWN);
    const form = add(body, 'form', { name: 'head' });
    add(form, 'link', { rel: 'log-stream', href: ELSEWHERE });
    assert.equal(endpoint(), OWN);
    const link = add(head, 'link', { rel: 'log-stream', href: `${ELSEWHERE}/` });
    assert.equal(endpoint(), ELSEWHERE);
    link.setAttribute('href', '/logs');
    assert.equal(endpoint(), `${location.origin}/logs`);
  });

  it('moves no address elsewhere by a base in the body', () => {
    const base = add(body, 'base', { href: 'https://elsewhere.example/' });
    assert.equal(endpoint(), OWN);
    const client = connect({ endpoint: 'logs' });
    client.close();
    assert.equal(client.endpoint, new URL('logs', location.href).href);
    add(head, 'link', { rel: 'log-stream', href: '/logs' });
    assert.equal(endpoint(), `${location.origin}/logs`);
    // A base in the head is the page's own.
    base.remove();
    add(head, 'base', { href: 'https://mine.example/' });
    assert.equal(endpoint(), 'https://mine.example/logs');
  });

  for (const name of ['baseURI', 'head', 'querySelector', 'URL', 'documentElement']) {
    it(`changes nothing by an element that is named ${name}`, () => {
      add(body, 'form', { name });
      assert.equal(endpoint(), OWN);
    });
  }

  it('loses its tools to no element that is named like a missing browser function', async () => {
    for (const id of ['requestIdleCallback', 'trustedTypes', 'ClipboardItem']) add(body, 'a', { id });
    const { element, log } = mount();
    log.live(5);
    await until(() => element.shadowRoot?.querySelector('.toolbar') !== null);
  });

  /** The fresh topic that a request gives, else the console's warning. */
  async function asked(attributes: Readonly<Record<string, string>>, set: Readonly<{ endpoint?: string }> = {}): Promise<string> {
    const log = new MemoryLog();
    const { element } = mount(log, { 'refresh-url': `data:text/plain,${TOPIC}2`, ...attributes });
    Object.assign(element, set);
    await element.updateComplete;
    const warned: string[] = [];
    const answer = await collectWarnings(warned, () => log.options.refresh?.());
    element.remove();
    return answer ?? warned.join('\n');
  }

  it('gets no fresh topic for a server of another origin that only it names', async () => {
    assert.match(await asked({ endpoint: ELSEWHERE }), /Not asking for a new topic.*rel="log-stream" href="https:\/\/elsewhere/u);
    add(body, 'link', { rel: 'log-stream', href: ELSEWHERE });
    assert.match(await asked({ endpoint: ELSEWHERE }), /Not asking for a new topic/u);
    assert.match(await asked({ endpoint: `${ELSEWHERE}/` }, { endpoint: 'https://another.example/log-stream' }), /--002$/u);
  });

  it('gets a fresh topic for the page’s own server, and for one that its head or its code names', async () => {
    assert.match(await asked({}), /--002$/u);
    assert.match(await asked({ endpoint: '/logs' }), /--002$/u);
    assert.match(await asked({}, { endpoint: ELSEWHERE }), /--002$/u);
    add(head, 'link', { rel: 'log-stream', href: ELSEWHERE });
    assert.match(await asked({ endpoint: `${ELSEWHERE}/` }), /--002$/u);
    assert.match(await asked({ endpoint: 'https://another.example/log-stream' }), /Not asking for a new topic/u);
  });

  it('asks no listener of the page for such a topic', async () => {
    let heard = 0;
    const hear = (event: Event): void => {
      heard += 1;
      event.preventDefault();
    };
    document.addEventListener('log-stream-refresh', hear);
    await asked({ endpoint: ELSEWHERE, 'refresh-url': '' });
    document.removeEventListener('log-stream-refresh', hear);
    assert.equal(heard, 0);
  });
});
