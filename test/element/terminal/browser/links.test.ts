import { assert } from 'chai';
import { drawRuns } from '../../../../src/element/viewport/draw.ts';
import { GlyphFit } from '../../../../src/element/viewport/glyph-fit.ts';
import { parseLine } from '../../../../src/element/terminal/parse.ts';

const ESC = '\x1b';
const linked = (target: string, text: string): string => `${ESC}]8;;${target}\x07${text}${ESC}]8;;\x07`;

function draw(text: string): HTMLElement {
  const holder = document.createElement('div');
  holder.append(...drawRuns(parseLine(text), new GlyphFit(document.body)).nodes);
  return holder;
}

describe('a link drawn in a line', () => {
  it('leads out in a tab of its own, tells nobody where from, and says where to', () => {
    const holder = draw(`see ${linked('https://example.org/a?b=c', `${ESC}[31mred ✓`)} end`);
    const link = holder.querySelector('a');
    assert.equal(holder.textContent, 'see red ✓ end');
    assert.equal(link?.textContent, 'red ✓');
    assert.equal(link?.href, 'https://example.org/a?b=c');
    assert.equal(link?.title, 'https://example.org/a?b=c');
    assert.equal(link?.target, '_blank');
    assert.equal(link?.rel, 'noopener noreferrer nofollow');
    assert.equal(link?.tabIndex, -1, 'Tab leaves the log in one step');
    assert.isTrue(link?.classList.contains('fg1'));
  });

  it('is text where it would run something or lead to what is not allowed', () => {
    for (const target of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//example.org', 'vscode://x']) {
      const holder = draw(linked(target, 'text'));
      assert.isNull(holder.querySelector('a'), target);
      assert.equal(holder.textContent, 'text');
    }
  });
});
