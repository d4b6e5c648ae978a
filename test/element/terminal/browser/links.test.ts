import { assert } from 'chai';
import { drawRuns } from '../../../../src/element/viewport/text/draw-runs.ts';
import { GlyphSpacing } from '../../../../src/element/viewport/text/glyph-spacing.ts';
import { parseLine } from '../../../../src/element/terminal/parse.ts';

const ESC = '\x1b';
const linked = (target: string, text: string): string => `${ESC}]8;;${target}\x07${text}${ESC}]8;;\x07`;

function draw(text: string): HTMLElement {
  const holder = document.createElement('div');
  holder.append(...drawRuns(parseLine(text), new GlyphSpacing(document.body)).nodes);
  return holder;
}

describe('a link drawn in a line', () => {
  it('opens in a tab of its own without a referrer, and shows its target', () => {
    const holder = draw(`see ${linked('https://example.org/a?b=c', `${ESC}[31mred ✓`)} end`);
    const link = holder.querySelector('a');
    assert.equal(holder.textContent, 'see red ✓ end');
    assert.equal(link?.textContent, 'red ✓');
    assert.equal(link?.href, 'https://example.org/a?b=c');
    assert.equal(link?.title, 'https://example.org/a?b=c');
    assert.equal(link?.target, '_blank');
    assert.equal(link?.rel, 'noopener noreferrer nofollow');
    assert.equal(link?.tabIndex, -1, 'Tab leaves the log in one step');
  });

  it('is one, however many looks its text has, and ends where its target does', () => {
    const looks = `a${ESC}[1mb${ESC}[0;7mc ✓${ESC}[31m\0d${ESC}[0me`;
    const one = draw(`x${linked('https://example.org/1', looks)}y`);
    assert.lengthOf(one.querySelectorAll('a'), 1);
    assert.equal(one.querySelector('a')?.textContent, 'abc ✓␀de');
    const two = draw(linked('https://example.org/1', looks) + linked('https://example.org/2', looks) + linked('javascript:x', 'z'));
    assert.deepEqual(
      [...two.querySelectorAll('a')].map(({ href }) => href),
      ['https://example.org/1', 'https://example.org/2'],
    );
    const apart = draw(`${linked('https://example.org/1', 'a')} ${linked('https://example.org/1', 'b')}`);
    assert.lengthOf(apart.querySelectorAll('a'), 2);
  });

  it('counts the nodes that it is made of', () => {
    const nodes = (node: Node): number => 1 + [...node.childNodes].reduce((sum, child) => sum + nodes(child), 0);
    const { nodes: drawn, count } = drawRuns(
      parseLine(`x${linked('https://example.org/1', `a${ESC}[1mb${ESC}[0;7mc`)}y`),
      new GlyphSpacing(document.body),
    );
    assert.equal(
      count,
      drawn.reduce((sum, node) => sum + nodes(node), 0),
    );
  });

  it('is plain text where it would run something or its scheme is not allowed', () => {
    for (const target of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//example.org', 'vscode://x']) {
      const holder = draw(linked(target, 'text'));
      assert.isNull(holder.querySelector('a'), target);
      assert.equal(holder.textContent, 'text');
    }
  });
});
