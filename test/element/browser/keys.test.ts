import { assert } from 'chai';
import { helpRows } from '../../../src/element/tools/help/help.ts';
import type { KeyCommand } from '../../../src/element/tools/keyboard/key-reader.ts';
import { TOOL_STRINGS } from '../../support/english.ts';
import { taken } from './support/clipboard.ts';
import { mount, press, rowsOnScreen, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';
import { release, type } from './support/pointer.ts';
import { toast, toasts } from './support/toasts.ts';

const LINES = 400;
const [FIRST_ERROR, SECOND_ERROR, FIRST_WARNING, SECOND_WARNING] = [150, 250, 170, 270];
const JSON_LINE = 12;
const GROUP = { from: 20, to: 24 };

/** A log with errors, warnings, a structured line, a group, and lines that are too long for the screen. */
function everything(): MemoryLog {
  const log = new MemoryLog();
  const texts = Array.from({ length: LINES }, (_, at) => `${at + 1} of them ${'and so on '.repeat(40)}`);
  texts[FIRST_ERROR - 1] = texts[SECOND_ERROR - 1] = 'ERROR: it broke';
  texts[FIRST_WARNING - 1] = texts[SECOND_WARNING - 1] = 'WARN: it may break';
  texts[JSON_LINE - 1] = '{"level":"info","msg":"it works","port":8787}';
  texts[GROUP.from - 1] = '::group::Install';
  texts[GROUP.to - 1] = '::endgroup::';
  log.append(...texts);
  return log;
}

async function opened(): Promise<Mounted> {
  const mounted = mount(everything(), { follow: 'off', endpoint: '/nowhere' });
  const { element, log } = mounted;
  log.set({ state: 'live' });
  await until(() => rowsOnScreen(element).length > 0 && shadowAll(element, '.toolbar').length === 1);
  // Its server counts nothing: errors and groups are known once it was read.
  await until(() => shadowAll(element, '.error-count').length === 1 && shadowAll(element, '.row.group').length === 1);
  return mounted;
}

/** Commands that a browser lets only a reader give. */
const CLIPBOARD: ReadonlySet<KeyCommand> = new Set<KeyCommand>(['copy', 'copy-link']);

/** Presses a key of the table, as the help writes it. */
function pressed({ scroller }: Mounted, keys: string): void {
  for (const each of keys.split(' ')) {
    const parts = each.split('+');
    const name = parts.at(-1) ?? '';
    const key = name === 'Space' ? ' ' : parts.length > 1 ? name.toLowerCase() : name;
    press(scroller, key, { shiftKey: parts.includes('Shift'), ctrlKey: parts.includes('Ctrl'), metaKey: parts.includes('Cmd') });
  }
}

const named = ({ element }: Mounted): string => shadowAll(element, '#current-line')[0]?.ariaLabel ?? '';
const numbers = ({ element }: Mounted): number[] => rowsOnScreen(element).map(({ number }) => number);
const isOpen = ({ element }: Mounted): boolean => shadow(element, '.group-toggle').ariaExpanded === 'true';
const marked = ({ element }: Mounted): number[] => shadowAll(element, '.row.selected').map(({ dataset }) => Number(dataset['line']));

/** Waits until there is something to scroll to sideways: the first rows may still be drawn again, with what has become known. */
const wide = ({ scroller }: Mounted): Promise<void> =>
  until(() => assert.isAbove(scroller.scrollWidth, scroller.clientWidth + 400, 'the width of the rows'));

/** Makes a line the current one, and lets it be seen. */
async function stand(mounted: Mounted, line: number): Promise<void> {
  mounted.element.goTo(line);
  await until(() => numbers(mounted).includes(line));
  shadow<HTMLElement>(mounted.element, `.row[data-line="${line}"] .num`).click();
  await until(() => named(mounted).startsWith(`Line ${line}`));
}

/** Clicks on a number select the line; this leaves only the current line. */
async function unselect(mounted: Mounted): Promise<void> {
  press(mounted.scroller, 'Escape');
  await until(() => marked(mounted).length === 0);
}

const found = ({ element }: Mounted): string => shadowAll(element, '#found')[0]?.textContent?.trim() ?? '';
const searched = async (mounted: Mounted): Promise<void> => {
  void mounted.element.find('it broke');
  await until(() => found(mounted).startsWith('1 of 2'));
};

/** What each command does: prepares the log, presses the key by calling `go`, and waits for the effect. */
const EFFECTS: Readonly<Record<KeyCommand, (mounted: Mounted, go: () => void) => Promise<unknown>>> = {
  'line-up': async (mounted, go) => {
    await stand(mounted, 10);
    go();
    await until(() => named(mounted) === 'Line 9');
  },
  'line-down': async (mounted, go) => {
    await stand(mounted, 10);
    go();
    await until(() => named(mounted) === 'Line 11');
  },
  'page-up': async (mounted, go) => {
    mounted.element.goTo(200);
    await until(() => numbers(mounted).includes(200));
    const [top = 0] = numbers(mounted);
    go();
    await until(() => Math.max(...numbers(mounted)) <= top + 2 && Math.max(...numbers(mounted)) >= top - 2);
  },
  'page-down': async (mounted, go) => {
    const last = Math.max(...numbers(mounted));
    go();
    await until(() => Math.abs((numbers(mounted)[0] ?? 0) - last) <= 2);
  },
  start: async (mounted, go) => {
    mounted.element.goTo(200);
    await until(() => numbers(mounted).includes(200));
    go();
    await until(() => numbers(mounted)[0] === 1);
  },
  end: async (mounted, go) => {
    go();
    await until(() => numbers(mounted).includes(LINES));
    await until(() => shadow(mounted.element, '[data-action="follow"]').ariaPressed === 'true');
  },
  left: async (mounted, go) => {
    await wide(mounted);
    mounted.scroller.scrollLeft = 400;
    await until(() => mounted.scroller.scrollLeft === 400);
    go();
    await until(() => mounted.scroller.scrollLeft < 400);
    await stand(mounted, GROUP.from);
    assert.isTrue(isOpen(mounted));
    const { scrollLeft } = mounted.scroller;
    go();
    await until(() => !isOpen(mounted));
    assert.equal(mounted.scroller.scrollLeft, scrollLeft);
    go();
    await until(() => mounted.scroller.scrollLeft < scrollLeft || scrollLeft === 0);
    assert.isFalse(isOpen(mounted));
  },
  right: async (mounted, go) => {
    await wide(mounted);
    go();
    await until(() => mounted.scroller.scrollLeft > 0);
    await stand(mounted, GROUP.from);
    press(mounted.scroller, 'ArrowLeft');
    await until(() => !isOpen(mounted));
    go();
    await until(() => isOpen(mounted));
  },
  follow: async (mounted, go) => {
    go();
    await until(() => shadow(mounted.element, '[data-action="follow"]').ariaPressed === 'true' && numbers(mounted).includes(LINES));
    go();
    await until(() => shadow(mounted.element, '[data-action="follow"]').ariaPressed === 'false');
  },
  wrap: async (mounted, go) => {
    assert.isFalse(mounted.element.wrap);
    go();
    await until(() => mounted.element.wrap && shadow(mounted.element, '.row[data-line="1"]').getBoundingClientRect().height > 30);
    go();
    await until(() => !mounted.element.wrap);
  },
  time: async (mounted, go) => {
    go();
    assert.equal(mounted.element.time, 'local');
    await until(() => /^\d\d:\d\d/u.test(shadow<HTMLElement>(mounted.element, '.row[data-line="1"] .time').dataset['t'] ?? ''));
    go();
    assert.equal(mounted.element.time, 'utc');
  },
  raw: async (mounted, go) => {
    const muted = (): number => shadowAll(mounted.element, `.row[data-line="${JSON_LINE}"] .text .d`).length;
    await until(() => muted() > 0);
    go();
    await until(() => muted() === 0);
    go();
    await until(() => muted() > 0);
  },
  'go-to': async (mounted, go) => {
    go();
    await until(() => mounted.element.shadowRoot?.activeElement?.closest('.go-to') instanceof Element);
  },
  copy: async (mounted, go) => {
    await stand(mounted, FIRST_ERROR);
    await unselect(mounted);
    const said = toasts(mounted.element);
    go();
    await until(() => assert.deepEqual(said, ['Copied 1 line']));
    assert.equal(await taken(), 'ERROR: it broke');
  },
  'copy-link': async (mounted, go) => {
    await stand(mounted, 40);
    await unselect(mounted);
    const said = toasts(mounted.element);
    const written: string[] = [];
    const { writeText } = Clipboard.prototype;
    Clipboard.prototype.writeText = async (text) => void written.push(text);
    try {
      go();
      await until(() => assert.deepEqual(said, ['Link to line 40 copied']));
      assert.match(written[0] ?? '', /#L40$/u);
    } finally {
      Clipboard.prototype.writeText = writeText;
    }
  },
  error: async (mounted, go) => {
    go();
    await until(() => marked(mounted)[0] === FIRST_ERROR);
    go();
    await until(() => marked(mounted)[0] === SECOND_ERROR);
    go();
    await until(() => marked(mounted)[0] === FIRST_ERROR);
  },
  'previous-error': async (mounted, go) => {
    go();
    await until(() => marked(mounted)[0] === SECOND_ERROR);
    go();
    await until(() => marked(mounted)[0] === FIRST_ERROR);
  },
  warning: async (mounted, go) => {
    go();
    await until(() => marked(mounted)[0] === FIRST_WARNING);
    go();
    await until(() => marked(mounted)[0] === SECOND_WARNING);
  },
  'previous-warning': async (mounted, go) => {
    go();
    await until(() => marked(mounted)[0] === SECOND_WARNING);
    go();
    await until(() => marked(mounted)[0] === FIRST_WARNING);
  },
  find: async (mounted, go) => {
    go();
    await until(() => mounted.element.shadowRoot?.activeElement?.closest('.find') instanceof Element);
  },
  'next-match': async (mounted, go) => {
    await searched(mounted);
    go();
    await until(() => found(mounted).startsWith('2 of 2') && numbers(mounted).includes(SECOND_ERROR));
  },
  'previous-match': async (mounted, go) => {
    await searched(mounted);
    go();
    await until(() => found(mounted).startsWith('2 of 2') && numbers(mounted).includes(SECOND_ERROR));
  },
  'close-groups': async (mounted, go) => {
    assert.isTrue(isOpen(mounted));
    go();
    await until(() => !isOpen(mounted) && !numbers(mounted).includes(GROUP.from + 1));
  },
  'open-groups': async (mounted, go) => {
    press(mounted.scroller, '[');
    await until(() => !isOpen(mounted));
    go();
    await until(() => isOpen(mounted) && numbers(mounted).includes(GROUP.from + 1));
  },
  help: async (mounted, go) => {
    go();
    await until(() => shadow<HTMLDialogElement>(mounted.element, 'dialog.help').open);
  },
  'select-all': async (mounted, go) => {
    go();
    await until(() => toast(mounted.element) === TOOL_STRINGS.selected({ from: 1, to: LINES }));
  },
  enter: async (mounted, go) => {
    await stand(mounted, GROUP.from);
    go();
    await until(() => !isOpen(mounted));
    go();
    await until(() => isOpen(mounted));
  },
  escape: async (mounted, go) => {
    void mounted.element.find('it broke');
    await until(() => shadowAll(mounted.element, '.find').length === 1);
    await stand(mounted, 30);
    go();
    await until(() => shadowAll(mounted.element, '.find').length === 0);
    assert.deepEqual(marked(mounted), [30], 'first the search');
    go();
    await until(() => marked(mounted).length === 0);
    go();
    await until(() => mounted.element.shadowRoot?.activeElement?.closest('.toolbar') instanceof Element);
  },
};

/** Commands that single characters alone run. */
const LETTERS_ALONE = helpRows(true).filter(({ command }) => !helpRows(false).some((row) => row.command === command));

describe('every key of the help', () => {
  afterEach(async () => {
    unmountAll();
    await release();
  });

  for (const { command, keys } of helpRows(true))
    for (const key of keys)
      it(`${key}: ${TOOL_STRINGS.keys[command]}`, async () => {
        const mounted = await opened();
        mounted.scroller.focus();
        await EFFECTS[command](mounted, () => (CLIPBOARD.has(command) ? void type(key) : pressed(mounted, key)));
      });

  it('is in the help, and the help has no other', async () => {
    const mounted = await opened();
    pressed(mounted, '?');
    await until(() => shadow<HTMLDialogElement>(mounted.element, 'dialog.help').open);
    const said = shadowAll(mounted.element, '.help dd').map(({ textContent }) => textContent);
    assert.sameMembers(
      said,
      Object.keys(EFFECTS).map((command) => TOOL_STRINGS.keys[command as KeyCommand]),
    );
    const printed = shadowAll(mounted.element, '.help .keys').map((keys) =>
      [...keys.querySelectorAll('kbd')].map(({ textContent }) => textContent).join(' '),
    );
    const expected = helpRows(true).flatMap(({ keys }) => keys.map((key) => key.split(/[ +]/u)));
    assert.sameMembers(
      printed,
      expected.map((parts) => parts.map((part) => TOOL_STRINGS.keyNames[part] ?? part).join(' ')),
    );
  });

  it('is left to the page where it is a letter and shortcuts="off"', async () => {
    const mounted = await opened();
    mounted.element.shortcuts = 'off';
    for (const { keys } of LETTERS_ALONE)
      for (const key of keys.filter((each) => each.length === 1)) {
        const event = new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true });
        mounted.scroller.dispatchEvent(event);
        assert.isFalse(event.defaultPrevented, key);
      }
    assert.equal(mounted.element.time, 'none');
    assert.isFalse(mounted.element.wrap);
  });
});
