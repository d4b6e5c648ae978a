import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { frame, mount, press, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { marked } from './support/groups-server.ts';
import { MemoryLog } from './support/memory-log.ts';
import { copied } from './support/clipboard.ts';
import { release } from './support/pointer.ts';

const ISSUE = '::error title=Boom,file=src/a.js,line=3::Missing semicolon';
const LINES = marked(['plain', ISSUE, '##[error]Process completed with exit code 1.', '::warning::slow', '::debug::fine', 'after']);

async function shown(lines: readonly Line[], attributes: Record<string, string> = {}): Promise<Mounted> {
  const log = new MemoryLog();
  log.append(...lines);
  const mounted = mount(log, { follow: 'off', ...attributes });
  log.set({ state: 'live' });
  await until(() => shadowAll(mounted.element, '.cut').length > 0);
  return mounted;
}

/** The text that is seen in a row, with what is drawn in place of other text. */
function seen(element: Element, line: number): string {
  const drawn = (node: Node): string => {
    if (node instanceof HTMLElement && node.classList.contains('cut')) return node.dataset['label'] ?? '';
    return node instanceof Text ? node.data : [...node.childNodes].map(drawn).join('');
  };
  return drawn(shadow(element, `:is([data-line="${line}"], [data-fold="${line}"]) .text`));
}

describe('commands for CI systems', () => {
  afterEach(async () => {
    unmountAll();
    await release();
  });

  it('are cut from what is shown, and kept in what is copied', async () => {
    const { element, scroller } = await shown(LINES);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((line) => seen(element, line)),
      ['plain', 'Boom src/a.js:3 Missing semicolon', 'Process completed with exit code 1.', 'slow', 'fine'],
    );
    const rows = [2, 3, 4].map((line) => shadow(element, `.row[data-line="${line}"]`));
    assert.deepEqual(
      rows.map((row) => [row.matches('.error'), row.matches('.warning')]),
      [
        [true, false],
        [true, false],
        [false, true],
      ],
    );
    for (const cut of shadowAll(element, '.cut > span')) assert.equal(cut.getBoundingClientRect().width, 0);
    shadow<HTMLElement>(element, '.row[data-line="2"] .num').click();
    scroller.focus();
    assert.equal(await copied(), ISSUE);
  });

  it('have their place as a link by the template of the page, and their title in bold', async () => {
    const { element } = await shown(LINES, { 'source-url': 'https://code.test/{path}#L{line}' });
    const link = shadow<HTMLAnchorElement>(element, '.row[data-line="2"] a');
    assert.equal(link.href, 'https://code.test/src/a.js#L3');
    assert.equal(shadow(element, '.row[data-line="2"] .b').textContent, 'Boom');
    element.sourceUrl = '';
    await until(() => shadowAll(element, '.row a').length === 0);
    assert.equal(seen(element, 2), 'Boom src/a.js:3 Missing semicolon');
  });

  it('are shown as they are by r', async () => {
    const { element, scroller } = await shown(LINES);
    await until(() => element.shadowRoot?.querySelector('.toolbar') !== null);
    press(scroller, 'r');
    await until(() => shadowAll(element, '.cut').length === 0);
    assert.equal(seen(element, 2), ISSUE);
    press(scroller, 'r');
    await until(() => shadowAll(element, '.cut').length > 0);
  });

  it('are shown as they are by r in a fold, too, and in its first line once it is expanded', async () => {
    const command = '::error file=src/a.js,line=3::Missing semicolon';
    const { element, scroller } = await shown(marked(['before', command, command]));
    const cuts = (selector: string): number => shadowAll(element, `${selector} .cut`).length;
    await until(() => cuts('.fold') > 0 && shadowAll(element, '.toolbar').length === 1);
    press(scroller, 'r');
    await until(() => cuts('.fold') === 0);
    assert.equal(seen(element, 2), command);
    press(scroller, 'r');
    await until(() => cuts('.fold') > 0);
    shadow<HTMLElement>(element, '.fold [data-act="toggle"]').click();
    await until(() => cuts('[data-line="2"]') > 0 && cuts('[data-line="3"]') > 0);
    press(scroller, 'r');
    await until(() => cuts('.row') === 0);
    assert.isTrue(seen(element, 2).startsWith(command));
  });

  it('take the rows of what is shown where lines are broken', async () => {
    const long = `::error file=${'a'.repeat(60)}.js,line=3,endLine=4,endColumn=${'9'.repeat(80)}::${'text '.repeat(30)}`;
    const { element } = await shown(marked([long, 'after', long, long, 'end']), { wrap: '' });
    for (let width = 400; width <= 460; width += 12) {
      element.style.width = `${width}px`;
      await frame();
      await frame();
      const boxes = shadowAll(element, '.row, .fold').map((row) => row.getBoundingClientRect());
      for (const [at, box] of boxes.entries()) if (at > 0) assert.closeTo(box.top, boxes[at - 1]?.bottom ?? 0, 0.6, `at ${width} px`);
    }
    assert.isTrue(seen(element, 3).startsWith(`${'a'.repeat(60)}.js:3 text`));
  });

  it('are found in what is shown', async () => {
    const { element, scroller } = await shown(LINES, { endpoint: '/no-server' });
    await element.find('Missing semi');
    await until(() => [...(CSS.highlights.get('log-stream-current') ?? [])].length === 1);
    const [range] = [...(CSS.highlights.get('log-stream-current') ?? [])];
    assert.equal(asRange(range).toString(), 'Missing semi');
    assert.isAbove(asRange(range).getBoundingClientRect().width, 0);
    const { scrollTop } = scroller;
    assert.equal(await element.find('::error'), 1);
    await frame();
    assert.equal(scroller.scrollTop, scrollTop);
  });
});

function asRange(range: AbstractRange | undefined): Range {
  const made = document.createRange();
  if (range === undefined) return made;
  made.setStart(range.startContainer, range.startOffset);
  made.setEnd(range.endContainer, range.endOffset);
  return made;
}
