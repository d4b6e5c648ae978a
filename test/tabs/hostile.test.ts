import { describe, expect, it, vi } from 'vitest';
import { shownState } from './site.ts';
import { expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

/** Globals, and properties of one, that throw when they are looked at. */
const GETTERS = [
  'WebSocket',
  'SharedWorker',
  'MessageChannel',
  'crypto',
  'crypto.randomUUID',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'caches',
  'performance.now',
  'navigator.locks',
  'navigator.onLine',
  'navigator.clipboard',
  'navigator.storage',
  'document.visibilityState',
  'document.hidden',
  'document.timeline',
  'document.fonts',
  'matchMedia',
  'requestIdleCallback',
  'cancelIdleCallback',
  'IntersectionObserver',
  'BroadcastChannel',
];

/** Runs in the page: what is named throws when it is looked at. */
function forbid(path: string): void {
  const names = path.split('.');
  const last = names.pop()!;
  let owner: object = window;
  for (const name of names) owner = Reflect.get(owner, name) as object;
  Object.defineProperty(owner, last, {
    configurable: true,
    get() {
      throw new DOMException(`${path} is not for you.`, 'SecurityError');
    },
  });
}

/** Parts of the platform that are there, and do something else than they should. */
const STUBS: readonly (readonly [what: string, script: string])[] = [
  ['navigator throws', `Object.defineProperty(window, 'navigator', { get() { throw new Error('no') } })`],
  ['locks throw', `navigator.locks.request = () => { throw new Error('no') }`],
  ['locks reject', `navigator.locks.request = () => Promise.reject(new Error('no'))`],
  ['locks hang', `navigator.locks.request = () => new Promise(() => {}); navigator.locks.query = () => new Promise(() => {})`],
  ['locks are not what they should be', `Object.defineProperty(navigator, 'locks', { value: {} })`],
  ['WebSocket is missing', `delete window.WebSocket`],
  ['WebSocket is undefined', `window.WebSocket = undefined`],
  ['WebSocket is no class', `window.WebSocket = () => {}`],
  ['WebSocket throws', `window.WebSocket = class { constructor() { throw new Error('no') } }`],
  ['WebSocket is an empty stub', `window.WebSocket = class {}`],
  [
    'WebSocket is a stub that never opens',
    `window.WebSocket = class extends EventTarget { readyState = 0; send() { throw new Error('no') } close() { throw new Error('no') } }`,
  ],
  [
    'WebSocket is a stub that opens and says nothing',
    `window.WebSocket = class extends EventTarget {
      readyState = 1; send() {} close() {}
      constructor() { super(); setTimeout(() => this.dispatchEvent(new Event('open'))) }
    }`,
  ],
  ['sockets throw when they send', `WebSocket.prototype.send = () => { throw new Error('no') }`],
  ['SharedWorker is missing', `delete window.SharedWorker`],
  ['SharedWorker is no class', `window.SharedWorker = () => {}`],
  ['SharedWorker is an empty stub', `window.SharedWorker = class {}`],
  ['SharedWorker is a stub that never answers', `window.SharedWorker = class extends EventTarget { port = new MessageChannel().port1 }`],
  ['there are no channels', `delete window.MessageChannel`],
  ['ports throw', `MessagePort.prototype.postMessage = () => { throw new Error('no') }`],
  ['randomUUID throws', `Crypto.prototype.randomUUID = () => { throw new Error('no') }`],
  ['the clock throws', `performance.now = () => { throw new Error('no') }`],
  ['matchMedia throws', `window.matchMedia = () => { throw new Error('no') }`],
];

describe('in a page without its SharedWorker and sockets', () => {
  it('a log is live within seconds', async () => {
    await opens(`delete window.SharedWorker; delete window.WebSocket;`);
  });

  it.each(STUBS.filter(([what]) => /socket|channel|clock/iu.test(what)))('and where %s, a log is live', async (_what, script) => {
    await opens(`delete window.SharedWorker; ${script}`);
  });
});

describe('where part of the platform is not what it should be', () => {
  it.each(GETTERS)('a log is live though %s throws when it is looked at', async (path) => {
    await opens(`(${forbid.toString()})(${JSON.stringify(path)})`);
  });

  it.each(STUBS)('a log is live where %s', async (_what, script) => {
    await opens(script);
  });
});

/** A page where this ran before anything else shows its log, and goes on. What it throws fails the test. */
async function opens(script: string): Promise<void> {
  const channel = 'hostile';
  await stage.write(channel, 1, 5);
  const page = await stage.tabs.blank();
  stage.pages.push(page);
  await page.evaluateOnNewDocument(script);
  await page.goto(stage.site.page(channel));
  await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
  await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
  await stage.write(channel, 6, 8);
  await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(8)));
}
