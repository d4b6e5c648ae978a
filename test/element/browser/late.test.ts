import { assert } from 'chai';
import type { ClientOptions, LogStreamClient } from '../../../src/worker/api.ts';
import { LogStreamElement } from '../../../src/element/element.ts';
import { TOPIC, frame, mount, rowsOnScreen, shadow, unmountAll, until } from './support/fixture.ts';
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
});
