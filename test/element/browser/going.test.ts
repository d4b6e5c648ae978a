import { assert } from 'chai';
import {
  TOPIC,
  TestLogStream,
  frame,
  mount,
  press,
  rowsOnScreen,
  shadow,
  shadowAll,
  topicOf,
  unmountAll,
  until,
  type Mounted,
} from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

/** A live log at its end, with its tools. */
async function live(head: number): Promise<Mounted> {
  const mounted = mount();
  mounted.log.live(head);
  await until(() => rowsOnScreen(mounted.element).at(-1)?.number === head && shadowAll(mounted.element, '.toolbar .icon').length > 0);
  return mounted;
}

function isCentred(element: Element, line: number): boolean {
  const rows = rowsOnScreen(element);
  return rows[Math.floor(rows.length / 2)]?.text === `line ${line}`;
}

describe('going to a line', () => {
  afterEach(unmountAll);

  it('that is not written yet is given up for a key that goes elsewhere', async () => {
    const { element, log, scroller } = await live(1_000);
    element.goTo(5_000);
    await frame();
    press(scroller, 'PageUp');
    await until(() => (rowsOnScreen(element).at(-1)?.number ?? 1_000) < 990);
    const first = rowsOnScreen(element)[0]?.number;
    log.grow(9_000);
    await until(() => shadow(element, '.counts').textContent?.startsWith('10,000 lines'));
    assert.equal(rowsOnScreen(element)[0]?.number, first);
  });

  it('of a topic that was set just before goes to a line of that log', async () => {
    const { element, log } = await live(1_000);
    element.topic = topicOf('run:2');
    element.goTo(500);
    await until(() => log.closed);
    await until(() => isCentred(element, 500));
  });

  it('may be the answer to the news that a finished log is not followed', async () => {
    const { element, log } = mount();
    element.addEventListener('log-stream-follow', () => element.goTo(500));
    log.live(1_000, { state: 'ended', end: 0 });
    await until(() => isCentred(element, 500));
  });

  it('may be said before the element is in the page', async () => {
    const log = new MemoryLog();
    const { element } = mount(log);
    element.remove();
    const early = document.createElement('test-log-stream');
    assert.instanceOf(early, TestLogStream);
    early.topic = TOPIC;
    early.goTo(500);
    document.body.append(early);
    log.live(1_000);
    await until(() => isCentred(early, 500));
  });
});
