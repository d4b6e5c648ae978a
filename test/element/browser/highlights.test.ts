import { assert } from 'chai';
import { addRanges, removeRanges } from '../../../src/element/tools/find/highlights.ts';

const names = { match: 'log-stream-match', current: 'log-stream-current' } as const;

describe('the highlights that the logs of a page share', () => {
  let text: Text;
  before(function () {
    // A browser without highlights has no ranges to share: the test below says how that is told.
    if (typeof Highlight === 'undefined' || !('highlights' in CSS)) this.skip();
  });
  beforeEach(() => {
    CSS.highlights.clear();
    text = document.createTextNode('needle '.repeat(1_000));
    document.body.append(text);
  });
  afterEach(() => {
    CSS.highlights.clear();
    text.remove();
  });

  const ranges = (count: number): StaticRange[] =>
    Array.from(
      { length: count },
      (_, at) => new StaticRange({ startContainer: text, startOffset: at, endContainer: text, endOffset: at + 1 }),
    );
  const drawn = (kind: keyof typeof names): AbstractRange[] => [...(CSS.highlights.get(names[kind]) ?? [])];

  for (const removed of [1, 16, 17, 1_000]) {
    it(`keep all others when ${removed} are removed`, () => {
      const [gone, kept, current] = [ranges(removed), ranges(30), ranges(2)];
      assert.isTrue(addRanges('match', [...kept, ...gone]));
      assert.isTrue(addRanges('current', current));
      removeRanges(new Set([...gone, ...current.slice(0, 1), ...ranges(1)]));
      assert.deepEqual(drawn('match'), kept);
      assert.deepEqual(drawn('current'), current.slice(1));
    });
  }

  it('are removed one by one only where they are few, which takes Firefox as long as there are ranges', () => {
    const all = ranges(1_000);
    addRanges('match', all);
    const { delete: remove } = Highlight.prototype;
    let calls = 0;
    Highlight.prototype.delete = function (range) {
      calls += 1;
      return remove.call(this, range);
    };
    try {
      removeRanges(new Set(all.slice(0, 10)));
      removeRanges(new Set(all.slice(10, 900)));
    } finally {
      Highlight.prototype.delete = remove;
    }
    assert.equal(calls, 10);
    assert.deepEqual(drawn('match'), all.slice(900));
  });
});

describe('a browser without highlights', () => {
  it('is told from one that has them, and removes nothing', () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'Highlight');
    Reflect.deleteProperty(globalThis, 'Highlight');
    const range = new StaticRange({ startContainer: document.body, startOffset: 0, endContainer: document.body, endOffset: 0 });
    try {
      assert.isFalse(addRanges('match', [range]));
      removeRanges(new Set([range]));
    } finally {
      if (before !== undefined) Object.defineProperty(globalThis, 'Highlight', before);
    }
  });
});
