import { assert } from 'chai';
import { frame, mount, rowsOnScreen, shadow, shadowAll, unmountAll, until } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

/** Properties and methods whose value the browser has to lay out the page for. */
const SIZES = [
  ...['clientWidth', 'clientHeight', 'scrollWidth', 'scrollHeight', 'getBoundingClientRect', 'getClientRects', 'checkVisibility'].map(
    (name) => [Element.prototype, name] as const,
  ),
  ...['offsetWidth', 'offsetHeight', 'offsetLeft', 'offsetTop', 'innerText'].map((name) => [HTMLElement.prototype, name] as const),
];

/** Notes which sizes are read until `restore` is called. */
function watchSizes(): { readonly read: string[]; restore(): void } {
  const read: string[] = [];
  const restores = SIZES.map(([prototype, name]) => {
    const known = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
    const note = (element: unknown): void => void (element instanceof Element && read.push(`${name} of ${element.className}`));
    const { get, value } = known;
    Object.defineProperty(prototype, name, {
      ...known,
      ...(get && {
        get(): unknown {
          note(this);
          return Reflect.apply(get, this, []) as unknown;
        },
      }),
      ...(typeof value === 'function' && {
        value(...args: unknown[]): unknown {
          note(this);
          const result: unknown = Reflect.apply(value, this, args);
          return result;
        },
      }),
    });
    return () => Object.defineProperty(prototype, name, known);
  });
  return { read, restore: () => restores.forEach((undo) => undo()) };
}

describe('a line at the end of a log that is followed', () => {
  afterEach(unmountAll);

  it('has no size read in the middle of its frame', async () => {
    const log = new MemoryLog();
    log.live(1_000);
    const { element } = mount(log);
    await until(() => shadowAll(element, '.toolbar .icon').length > 0 && !shadow<HTMLElement>(element, '.ruler').hidden);
    await until(() => rowsOnScreen(element).at(-1)?.number === 1_000);
    const counts = (): string => shadow(element, '.counts').textContent ?? '';
    const sizes = watchSizes();
    try {
      for (let line = 1_001; line <= 1_040; line += 1) {
        log.append(`line ${line}`);
        await frame();
      }
      await until(() => counts().startsWith('1,040 lines'));
    } finally {
      sizes.restore();
    }
    assert.deepEqual(sizes.read, []);
    await until(() => rowsOnScreen(element).at(-1)?.number === 1_040);
  });
});
