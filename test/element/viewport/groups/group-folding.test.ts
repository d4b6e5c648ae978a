import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupFolding, type FoldingInput } from '../../../../src/element/viewport/groups/group-folding.ts';
import { GroupOutline } from '../../../../src/element/viewport/groups/group-outline.ts';

interface Drawn {
  readonly size: number;
  readonly error: boolean;
  readonly wish: 0 | 1 | undefined;
  readonly inner: readonly Drawn[];
}

const shape = {
  size: fc.integer({ min: 0, max: 300 }),
  error: fc.boolean(),
  wish: fc.constantFrom(0 as const, 1 as const, undefined),
};
const leaf = fc.record({ ...shape, inner: fc.constant([]) });
const tree = fc.array(fc.record({ ...shape, inner: fc.array(leaf, { maxLength: 3 }) }), { maxLength: 6 });

/** An outline with these groups; the last one stays open with `isOpen`. */
function outlineOf(groups: readonly Drawn[], isOpen: boolean): GroupOutline {
  const outline = new GroupOutline();
  const add = ({ size, error, wish, inner }: Drawn, depth: number, ends: boolean): void => {
    outline.append([0, '', { g: { t: 't', d: depth, ...(wish !== undefined && { o: wish }) } }]);
    if (error) outline.append([0, '', { l: 17 }]);
    for (const each of inner) add(each, depth + 1, true);
    outline.skipTo(outline.upto + size);
    if (ends) outline.append([0, '', { e: 1 }]);
  };
  for (const [at, group] of groups.entries()) add(group, 0, !isOpen || at < groups.length - 1);
  return outline;
}

const NOWHERE = { from: 1, to: 0 };
const input = (outline: GroupOutline, change: Partial<FoldingInput> = {}): FoldingInput => ({
  outline,
  mode: 'auto',
  first: 1,
  head: outline.upto,
  visible: NOWHERE,
  revealed: undefined,
  ...change,
});

describe('groups', () => {
  it('close by the rule, and hide those inside them', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (drawn, isLive) => {
        const outline = outlineOf(drawn, isLive);
        const spans = new GroupFolding().decide(input(outline));
        const isLong = outline.upto > 500 && drawn.length >= 3;
        const open = outline.groups.map(({ error, o, end }) => error > 0 || (o === undefined ? end === undefined || !isLong : o === 1));
        const closed = outline.groups.filter((_, at) => open[at] === false);
        const shown = outline.groups.filter(({ line }) => !closed.some((group) => group.line < line && (group.end ?? Infinity) >= line));
        expect(spans.map(({ from }) => from)).toEqual(shown.map(({ line }) => line));
        for (const { from, to, group, isOpen } of spans) {
          expect(isOpen).toBe(open[outline.groups.indexOf(group)]);
          expect(to).toBe(isOpen ? from : (group.end ?? outline.upto));
        }
      }),
    );
  });

  const three = (): GroupOutline =>
    outlineOf(
      Array.from({ length: 3 }, () => ({ size: 200, error: false, wish: undefined, inner: [] })),
      false,
    );

  it('that the reader opened or closed stay so', () => {
    const outline = three();
    const folding = new GroupFolding();
    folding.choose(1, true);
    expect(folding.decide(input(outline)).map(({ isOpen }) => isOpen)).toEqual([true, false, false]);
    folding.choose(1, false);
    expect(folding.decide(input(outline, { mode: 'open' })).map(({ isOpen }) => isOpen)).toEqual([false, true, true]);
  });

  it('that were open on screen close when the reader looks elsewhere', () => {
    const outline = three();
    const folding = new GroupFolding();
    const visible = { from: 10, to: 30 };
    folding.decide(input(outline, { head: 500, visible }));
    expect(folding.decide(input(outline, { visible })).map(({ isOpen }) => isOpen)).toEqual([true, false, false]);
    expect(folding.isDue(visible)).toBe(false);
    expect(folding.isDue({ from: 300, to: 320 })).toBe(true);
    expect(folding.decide(input(outline, { visible: { from: 300, to: 320 } })).map(({ isOpen }) => isOpen)).toEqual([false, false, false]);
  });

  it('open for a line that the reader goes to, and close again when the reader goes elsewhere', () => {
    const outline = three();
    const folding = new GroupFolding();
    expect(folding.decide(input(outline, { revealed: 20 }))[0]?.isOpen).toBe(true);
    expect(folding.decide(input(outline, { revealed: 1 }))[0]?.isOpen).toBe(false);
  });

  it('whose headers retention took show what is left of them', () => {
    const spans = new GroupFolding().decide(input(three(), { first: 100 }));
    expect(spans.map(({ from }) => from)).toEqual([203, 405]);
  });
});
