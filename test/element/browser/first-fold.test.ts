import { assert } from 'chai';
import type { Line } from '../../../src/protocol/line.ts';
import { LineCache } from '../../../src/element/viewport/lines/line-cache.ts';
import { FoldLoader } from '../../../src/element/viewport/folds/fold-loader.ts';
import { HOLD, PartLoader } from '../../../src/element/util/part-loader.ts';
import type { Folds } from '../../../src/element/viewport/folds/folds.ts';
import { SpecialLines } from '../../../src/element/viewport/long-lines/special-lines.ts';
import { mount, shadow, shadowAll, unmountAll, until } from './support/fixture.ts';
import { MemoryLog, START } from './support/memory-log.ts';
import { foldLook } from './support/fold-look.ts';

// Nothing here may load what folds lines before the element does: the first fold of the page is what is tested.
describe('the first fold of a page', () => {
  afterEach(unmountAll);

  it('is folded from the first frame on: no line that was written over is ever drawn', async () => {
    const log = new MemoryLog();
    const { element } = mount(log, { follow: 'off' });
    await until(() => shadowAll(element, '.viewport').length > 0);
    const drawn = new Set<string>();
    new MutationObserver(() => {
      for (const text of shadowAll(element, '.row .text, .frame .text')) drawn.add(text.textContent?.trimEnd() ?? '');
    }).observe(shadow(element, '.viewport'), { childList: true, subtree: true, characterData: true });
    log.append('before', 'step 1', '\x1b[1A\x1b[2Kstep 2', '\x1b[1A\x1b[2Kstep 3', 'after');
    log.set({ state: 'live' });
    await until(() => drawn.has('after'));
    assert.deepEqual(
      [...drawn].filter((text) => text.startsWith('step')),
      ['step 3'],
    );
    assert.lengthOf(shadowAll(element, '.fold'), 1);
  });
});

describe('what folds lines', () => {
  const lines = ['a', '\x1b[1A\x1b[2Kb'].map((text): Line => [START, text]);
  const holding = (load: ConstructorParameters<typeof FoldLoader>[4], loaded: () => void): PartLoader => {
    const held = new LineCache();
    held.insert({ from: 1, lines }, { from: 1, to: 2 });
    const parts = new PartLoader(loaded);
    const special = new SpecialLines(held, parts, { load: () => Promise.resolve() });
    const loader = new FoldLoader(special, held, () => Promise.resolve(foldLook()), parts, load);
    assert.isFalse(parts.isHoldingFrames);
    loader.read({ from: 1, lines: [[START, 'plain']] });
    assert.isFalse(parts.isHoldingFrames, 'nothing goes up');
    loader.read({ from: 1, lines });
    assert.isTrue(parts.isHoldingFrames);
    return parts;
  };

  it('lets lines be drawn one by one where it cannot be loaded', async () => {
    let loaded = 0;
    const parts = holding(
      () => Promise.reject(new TypeError('Not there.')),
      () => (loaded += 1),
    );
    await until(() => !parts.isHoldingFrames);
    assert.equal(loaded, 1);
  });

  it('is not waited for longer than a moment, and folds when it comes all the same', async () => {
    const { setTimeout } = window;
    let ring: (() => void) | undefined;
    let loaded = 0;
    let come: ((module: { readonly Folds: typeof Folds }) => void) | undefined;
    window.setTimeout = ((run: () => void, ms: number) => {
      assert.equal(ms, HOLD.flash);
      ring = run;
      return 0;
    }) as typeof window.setTimeout;
    let parts: PartLoader;
    try {
      parts = holding(
        () => new Promise((resolve) => (come = resolve)),
        () => (loaded += 1),
      );
    } finally {
      window.setTimeout = setTimeout;
    }
    ring?.();
    assert.isFalse(parts.isHoldingFrames);
    assert.equal(loaded, 1);
    come?.(await import('../../../src/element/viewport/folds/folds.ts'));
    await until(() => loaded === 2);
  });
});
