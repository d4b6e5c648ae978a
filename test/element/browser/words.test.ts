import { assert } from 'chai';
import { LogStreamElement, type LogStreamWords } from '../../../src/element/element.ts';
import { TestLogStream, collectWarnings, mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until } from './support/fixture.ts';

const chip = (element: Element): string => shadow(element, '.status').textContent?.trim() ?? '';
const counts = (element: Element): string => shadow(element, '.counts').textContent?.trim() ?? '';
const tip = (element: Element, action: string): string => shadow<HTMLElement>(element, `[data-action="${action}"]`).dataset['tip'] ?? '';
const hasTools = (element: Element): boolean => shadowAll(element, '.toolbar .icon').length > 0;

describe('the words of an element', () => {
  afterEach(() => {
    unmountAll();
    LogStreamElement.strings = undefined;
    document.documentElement.removeAttribute('lang');
    for (const each of document.querySelectorAll('.around')) each.remove();
  });

  async function live(words?: LogStreamWords, attributes: Record<string, string> = {}) {
    const mounted = mount(undefined, { endpoint: '/no-server', ...attributes });
    if (words !== undefined) mounted.element.strings = words;
    mounted.log.live(1_204);
    await until(() => rowsOnScreen(mounted.element).length > 0 && hasTools(mounted.element) && mounted.element.state === 'live');
    return mounted;
  }

  it('are replaced for one, for all of a class, and fall back to English one by one', async () => {
    LogStreamElement.strings = { state: { live: 'On air' }, lines: (lines) => `${lines} rows` };
    const { element } = await live({ state: { live: 'Here' }, tools: { wrap: 'Break lines' } });
    const other = await live();
    await until(() => chip(element) === 'Here' && chip(other.element) === 'On air');
    assert.match(counts(element), /^1204 rows/u);
    assert.equal(tip(element, 'wrap'), 'Break lines');
    assert.equal(tip(other.element, 'wrap'), 'Wrap long lines (w)');
    assert.equal(shadow(element, '.viewport').getAttribute('aria-label'), 'Log lines');
  });

  it('change at once when they are assigned, in rows too, and come back when that is taken back', async () => {
    const { element, log, scroller } = await live();
    log.append([0, 'ERROR: no', { l: 17 }], 'x'.repeat(20_000));
    await until(() => shadowAll(element, '.row .more').length > 0 && shadowAll(element, '.row.error .level').length > 0);
    press(scroller, 'ArrowUp');
    const said = (): (string | undefined | null)[] => [
      shadow(element, '.row.error .level').textContent,
      shadow<HTMLElement>(element, '.row .more [data-act="toggle"]').dataset['label'],
      scroller.ariaLabel,
      scroller.getAttribute('aria-roledescription'),
      chip(element),
    ];
    await until(() => scroller.getAttribute('aria-roledescription') === 'log');
    const before = said();
    element.strings = { errorRow: 'Bad: ', expand: 'More', viewport: 'Rows', log: 'list', state: { live: 'Now' } };
    await until(() => assert.deepEqual(said(), ['Bad: ', 'More', 'Rows', 'list', 'Now']));
    LogStreamElement.strings = { state: { live: 'All' }, tools: { wrap: 'Break' } };
    element.strings = undefined;
    await until(() => assert.deepEqual(said(), [...before.slice(0, 4), 'All']));
    assert.equal(tip(element, 'wrap'), 'Break');
  });

  it('are those of a subclass, and the numbers those of the language of the element', async () => {
    class Other extends TestLogStream {
      static override strings: LogStreamWords = ({ language, count, plural }) =>
        language.startsWith('pl')
          ? { lines: (lines) => `${count(lines)} ${plural(lines, { one: 'linia', few: 'linie', many: 'linii', other: 'linii' })}` }
          : undefined;
    }
    Other.define(`other-log-stream-${Date.now()}`);
    const polish = document.createElement(new Other().localName) as Other;
    polish.lang = 'pl';
    document.body.append(polish);
    const { element, log } = await live();
    polish.topic = element.topic;
    log.live(52_004);
    await until(() => /^52.004 linie/u.test(counts(polish)));
    polish.lang = 'cs';
    await until(() => counts(polish).startsWith('52,004 lines'));
    polish.remove();
  });

  it('that cannot be used leave English standing, with one warning each', async () => {
    const warned: string[] = [];
    const lines = (): never => {
      throw new Error('No.');
    };
    const wrong = { lines, quiet: () => 3, state: { live: null }, tools: 'x' } as unknown as LogStreamWords;
    await collectWarnings(warned, async () => {
      const { element, log } = await live(wrong);
      for (const head of [1_300, 1_400, 1_500]) {
        log.live(head);
        await until(() => counts(element).startsWith(`${head.toLocaleString('en')} lines`));
      }
      assert.equal(chip(element), 'Live');
      assert.equal(tip(element, 'wrap'), 'Wrap long lines (w)');
      element.strings = () => {
        throw new Error('Not today.');
      };
      await until(() => chip(element) === 'Live');
    });
    for (const path of ['"lines"', '"state.live"', '"strings"'])
      assert.lengthOf(
        warned.filter((text) => text.includes(path)),
        1,
        path,
      );
  });

  it('name their language for screen readers, and leave lines that of the page', async () => {
    const { element } = await live(undefined, { lang: 'fr' });
    const languages = (): string[] => ['.base', '.viewport'].map((part) => shadow<HTMLElement>(element, part).lang);
    await until(() => assert.deepEqual(languages(), ['en', 'fr']));
    element.lang = 'de-AT';
    await until(() => assert.deepEqual(languages(), ['de-AT', 'de-AT']));
    element.strings = { language: 'nl', state: { live: 'Nu' } };
    await until(() => assert.deepEqual(languages(), ['nl', 'de-AT']));
  });

  it('may be set before the element is defined', async () => {
    const tag = `late-log-stream-${Date.now()}`;
    const element = document.createElement(tag) as TestLogStream;
    element.strings = { noTopic: 'Pick one.' };
    document.body.append(element);
    class Late extends TestLogStream {}
    Late.define(tag);
    await until(() => shadow(element, '.notice.waiting').textContent?.includes('Pick one.'));
    element.remove();
  });

  it('follow the nearest lang, through shadow roots, wherever it changes', async () => {
    const { element } = await live();
    const is = (label: string): Promise<void> => until(() => assert.match(counts(element), new RegExp(label, 'u')));
    await is('lines');
    document.documentElement.lang = 'de';
    await is('Zeilen');
    element.lang = 'en';
    await is('lines');
    element.removeAttribute('lang');
    await is('Zeilen');
    const around = document.createElement('section');
    around.className = 'around';
    around.lang = '';
    around.attachShadow({ mode: 'open' }).append(element);
    document.body.append(around);
    await is('lines');
    around.lang = 'de-CH';
    await is('Zeilen');
    assert.include(counts(element), new Intl.NumberFormat('de-CH').format(1_204));
    around.lang = 'fr';
    await is('lines');
    document.body.append(element);
    await is('Zeilen');
    document.documentElement.removeAttribute('lang');
    await is('lines');
  });
});
