import { assert } from 'chai';
import { frame, mount, shadow, shadowAll, unmountAll, until, type Mounted } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

/** Puts a log of one style into a box of another. */
async function inside(outer: string, inner = '', style = '', tag = 'div'): Promise<Mounted & { readonly box: HTMLElement }> {
  const mounted = mount(new MemoryLog());
  const frameBox = document.createElement('div');
  frameBox.className = 'frame-box';
  frameBox.style.cssText = outer;
  const box = document.createElement(tag);
  box.style.cssText = inner;
  mounted.element.style.cssText = style;
  box.append(mounted.element);
  frameBox.append(box);
  document.body.append(frameBox);
  mounted.log.live(100);
  if (box instanceof HTMLDialogElement) box.showModal();
  await until(() => mounted.element.shadowRoot?.querySelector('.viewport') !== null);
  await frame();
  return { ...mounted, box };
}

const sizeOf = (element: Element): [number, number] => {
  const { width, height } = element.getBoundingClientRect();
  return [Math.round(width), Math.round(height)];
};

describe('the size of the element', () => {
  afterEach(() => {
    unmountAll();
    for (const box of document.querySelectorAll('.frame-box')) box.remove();
  });

  for (const [where, outer, inner, style, width] of [
    ['a block', 'width:900px', '', '', 900],
    ['a flex row', 'width:900px;display:flex', 'display:flex;flex:1;align-items:flex-start', '', 640],
    ['a narrow flex row', 'width:400px;display:flex', 'display:flex;flex:1;min-width:0;align-items:flex-start', '', 400],
    ['a flex row that lets it grow', 'width:900px', 'display:flex', 'flex:1', 900],
    ['a flex column that does not stretch', 'width:900px', 'display:flex;flex-direction:column;align-items:flex-start', '', 640],
    ['a float', 'width:900px', '', 'float:left', 640],
    ['a float in a narrow place', 'width:300px', '', 'float:left', 300],
    ['an inline block', 'width:900px', 'display:inline-block', '', 640],
    ['a box that is positioned', 'width:900px;height:600px;position:relative', 'position:absolute;left:0', '', 640],
    ['a table cell', 'width:900px', 'display:table-cell', '', 640],
    ['a table cell in a narrow place', 'width:300px;display:grid', 'display:table-cell;width:100%', '', 300],
    ['a grid of columns', 'width:900px', 'display:grid;grid-template-columns:1fr 1fr 1fr', '', 300],
    ['a grid that does not stretch', 'width:900px', 'display:grid;justify-items:start', '', 640],
    ['a box as wide as its content', 'width:900px', 'width:fit-content', '', 640],
    ['a place without room', 'width:120px', '', 'float:left', 120],
    ['a place with a width of its own', 'width:900px', 'display:flex', 'width:200px', 200],
  ] as const) {
    it(`is ${width} px wide in ${where}`, async () => {
      const { element } = await inside(outer, inner, style);
      assert.equal(sizeOf(element)[0], width);
      assert.isAtMost(Math.abs(shadow(element, '.base').getBoundingClientRect().width - (width - 2)), 0.5);
    });
  }

  it('is 640 px wide in a dialog with room, else as wide as fits', async () => {
    const { element, box } = await inside('', 'padding:0;border:0;max-width:none', '', 'dialog');
    assert.equal(sizeOf(element)[0], Math.min(640, innerWidth));
    box.style.maxWidth = '280px';
    await frame();
    assert.equal(sizeOf(element)[0], 280);
  });

  it('stays usable beside an element that takes all the room', async () => {
    const { element, box } = await inside('width:900px', 'display:flex');
    const text = document.createElement('div');
    text.style.cssText = 'flex:none;width:2000px;height:10px';
    box.prepend(text);
    await frame();
    assert.equal(sizeOf(element)[0], 160);
  });

  for (const [where, outer, inner, style, height] of [
    ['a block', '', '', '', 480],
    ['a block, with --ls-height', '', '', '--ls-height:300px', 300],
    ['a block, with a small height', '', '', 'height:150px', 150],
    ['a block, with a very small --ls-height', '', '', '--ls-height:90px', 90],
    ['a block of a height, as all of it', 'height:333px', 'height:100%', 'height:100%', 333],
    ['a block without a height, as all of it', '', '', 'height:100%', 480],
    ['a flex row of a height', '', 'display:flex;height:260px', '', 260],
    ['a flex column that lets it grow', '', 'display:flex;flex-direction:column;height:700px', 'flex:1', 700],
    ['a flex column that lets it shrink', '', 'display:flex;flex-direction:column;height:200px', '', 200],
    ['a grid of rows', '', 'display:grid;grid-template-rows:200px', '', 200],
    ['a grid that leaves it to it', '', 'display:grid', '', 480],
    ['a box that it fills', 'position:relative;height:222px', '', 'position:absolute;inset:0', 222],
    ['a block, with a least height', '', '', 'height:100px;min-height:250px', 250],
    ['a page that makes it a block', '', '', 'display:block;height:350px', 350],
    ['a page that makes it a flex box', '', '', 'display:flex;height:350px', 350],
    ['a page that makes it a grid', '', '', 'display:grid;height:350px', 350],
  ] as const) {
    it(`is ${height} px high in ${where}, all of it for the log`, async () => {
      const { element } = await inside(`width:800px;${outer}`, inner, style);
      assert.equal(sizeOf(element)[1], height);
      const [width, inHeight] = sizeOf(shadow(element, '.base'));
      assert.equal(inHeight, height - 2);
      assert.equal(width, sizeOf(element)[0] - 2);
      assert.closeTo(
        shadow(element, '.body').getBoundingClientRect().height,
        height - 2 - shadow(element, '.header').getBoundingClientRect().height,
        1,
      );
    });
  }

  it('keeps the shape of icons and buttons, however little room there is', async () => {
    const { element, log } = await inside('width:170px', '', 'height:150px');
    log.set({
      state: 'error',
      head: 0,
      first: 1,
      problem: 'A long reason that takes many lines where there is so little room for it, and goes on for a while.',
    });
    await until(() => shadowAll(element, '.notice .mark').some((mark) => mark.getClientRects().length > 0));
    await frame();
    for (const mark of shadowAll(element, '.mark, .status svg, .icon, .icon svg')) {
      const { width, height } = mark.getBoundingClientRect();
      if (width > 0 && mark.className !== 'icon named') assert.closeTo(width, height, 0.5, mark.className);
    }
  });
});
