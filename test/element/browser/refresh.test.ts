import { assert } from 'chai';
import type { LogStreamRefreshEvent } from '../../../src/element/events.ts';
import { TOPIC, collectWarnings, mount, unmountAll } from './support/fixture.ts';

describe('a fresh topic', () => {
  afterEach(unmountAll);

  it('is requested by an event, and its answer is used', async () => {
    const { element, log } = mount();
    element.addEventListener('log-stream-refresh', (event) => event.detail.respondWith(Promise.resolve(` ${TOPIC}2\n`)));
    let seen: LogStreamRefreshEvent | undefined;
    document.addEventListener('log-stream-refresh', (event) => (seen = event), { once: true });
    assert.equal(await log.options.refresh?.(), `${TOPIC}2`);
    assert.equal(seen?.detail.channel, 'run:1');
    assert.isTrue(seen?.defaultPrevented);
  });

  it('that is not supplied causes a warning with what to do', async () => {
    const { log } = mount();
    const warned: string[] = [];
    assert.isUndefined(await collectWarnings(warned, () => log.options.refresh?.()));
    assert.match(warned.join('\n'), /refresh-url.*respondWith/u);
  });

  it('is requested from refresh-url', async () => {
    const { element, log } = mount();
    element.refreshUrl = `data:text/plain,${TOPIC}3`;
    assert.equal(await log.options.refresh?.(), `${TOPIC}3`);
    element.refreshUrl = new URL('./no-such-thing', location.href).href;
    let problem = '';
    await log.options.refresh?.().catch((error: unknown) => (problem = String(error)));
    assert.match(problem, /answered 404/u);
  });
});
