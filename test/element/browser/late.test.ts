import { assert } from 'chai';
import type { ClientOptions, LogStreamClient } from '../../../src/worker/api.ts';
import { LogStreamElement } from '../../../src/element/element.ts';
import { TOPIC, frame, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until } from './support/fixture.ts';
import { MemoryClient, MemoryLog } from './support/memory-log.ts';

describe('<log-stream> whose parts arrive late', () => {
  const { warn } = console;

  beforeEach(() => {
    console.warn = () => undefined;
  });
  afterEach(() => {
    console.warn = warn;
    unmountAll();
  });

  it('shows the lines once a client can be created after all', async () => {
    const log = new MemoryLog();
    let broken = true;
    class Tardy extends LogStreamElement {
      protected override createClient(options: ClientOptions): LogStreamClient {
        if (broken) throw new TypeError('Not yet.');
        return new MemoryClient(log, options);
      }
    }
    Tardy.define('tardy-log-stream');
    const element = document.createElement('tardy-log-stream');
    element.setAttribute('topic', TOPIC);
    document.body.append(element);
    await until(() => element.getAttribute('state') === 'error');
    for (let again = 0; again < 3; again += 1) await frame();
    broken = false;
    shadow<HTMLButtonElement>(element, '.notice .button').click();
    log.live(50);
    await until(() => rowsOnScreen(element).at(-1)?.text === 'line 50');
    element.remove();
  });

  it('keeps style sheets that the page added before its tools load', async () => {
    const { element, log } = mount();
    const sheet = new CSSStyleSheet();
    element.shadowRoot?.adoptedStyleSheets.push(sheet);
    const before = element.shadowRoot?.adoptedStyleSheets.length ?? 0;
    log.live(50);
    await until(() => (element.shadowRoot?.adoptedStyleSheets.length ?? 0) > before);
    assert.isTrue(element.shadowRoot?.adoptedStyleSheets.includes(sheet));
  });

  it('runs the keys that were pressed in the log before its tools were loaded', async () => {
    const { element, scroller } = await mounted();
    assert.equal(shadowAll(element, '.toolbar').length, 0);
    for (const key of ['w', 't', 'q', 'Escape']) press(scroller, key);
    const all = new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true });
    scroller.dispatchEvent(all);
    assert.isTrue(all.defaultPrevented);
    await until(() => shadowAll(element, '.toolbar').length === 1);
    await until(() => element.wrap && element.time === 'local');
    assert.isTrue(element.shadowRoot?.activeElement?.matches('.toolbar .icon'));
    press(scroller, 'w');
    assert.isFalse(element.wrap);
  });
});

/** An element over a log of 50 lines that has rendered, and has just begun to load its tools. */
async function mounted(): Promise<ReturnType<typeof mount>> {
  const log = new MemoryLog();
  log.live(50);
  const result = mount(log);
  await result.element.updateComplete;
  return result;
}
