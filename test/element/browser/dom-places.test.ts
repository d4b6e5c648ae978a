import { assert } from 'chai';
import { drawnLine, placeOf } from '../../../src/element/tools/selection/dom-places.ts';

/** The document of a log: a line of two runs, an empty one, one that did not come yet, folded lines, and a part of a very long one. */
function log(): HTMLElement {
  const scroller = document.createElement('div');
  const row = (line: number, ...parts: (string | Node)[]): HTMLElement => {
    const element = document.createElement('div');
    element.className = 'row';
    element.dataset['line'] = String(line);
    const text = document.createElement('span');
    text.className = 'text';
    text.append(...parts);
    element.append(document.createElement('span'), text);
    return element;
  };
  const span = (text: string, className: string): HTMLElement =>
    Object.assign(document.createElement('span'), { textContent: text, className });
  const fold = document.createElement('div');
  fold.dataset['fold'] = '4';
  for (const [text, from] of [
    ['what is', 0],
    ['left', 5_000],
  ] as const) {
    const frame = document.createElement('div');
    frame.append(span('', 'num'), Object.assign(span(text, 'text')), span('', 'more'));
    Object.assign((frame.children[1] as HTMLElement).dataset, { from });
    fold.append(frame);
  }
  const segment = span('far inside', 'segment');
  segment.dataset['from'] = '8000';
  scroller.append(row(1, 'plain', span('bold', 'b')), row(2), row(3), fold, row(90, span('', 'segment'), segment), span('ended', 'state'));
  return scroller;
}

const textOf = (scroller: HTMLElement, line: number): Element => scroller.querySelector(`[data-line="${line}"] .text`) ?? scroller;

describe('a point of the document', () => {
  it('is a column of the text of its line, whatever elements that is in', () => {
    const scroller = log();
    const [plain, bold] = textOf(scroller, 1).childNodes;
    if (!plain || !bold?.firstChild) throw new Error('The line is not there.');
    assert.deepEqual(placeOf(scroller, plain, 2), { line: 1, column: 2 });
    assert.deepEqual(placeOf(scroller, bold.firstChild, 3), { line: 1, column: 8 });
    assert.deepEqual(placeOf(scroller, bold, 0), { line: 1, column: 5 });
    assert.deepEqual(placeOf(scroller, bold.firstChild, 4), { line: 1, column: Infinity }, 'at the end, with all that is not drawn');
    assert.deepEqual(placeOf(scroller, textOf(scroller, 2), 0), { line: 2, column: 0 });
  });

  it('between lines is the start of the next one, and behind them the end of the last', () => {
    const scroller = log();
    assert.deepEqual(placeOf(scroller, scroller, 1), { line: 2, column: 0 });
    assert.deepEqual(placeOf(scroller, scroller, 6), { line: 90, column: Infinity });
    assert.isUndefined(placeOf(scroller, document.body, 0));
  });

  it('in lines that are folded is one of the text that is left of them, by the first of them', () => {
    const scroller = log();
    const fold = scroller.querySelector('[data-fold]');
    const [first, second] = fold?.querySelectorAll('.text') ?? [];
    if (!fold || !first?.firstChild || !second?.firstChild) throw new Error('The fold is not there.');
    assert.deepEqual(placeOf(scroller, first.firstChild, 4), { line: 4, column: 4 });
    assert.deepEqual(placeOf(scroller, first.firstChild, 7), { line: 4, column: 4_999 }, 'at the end, with all that is not drawn');
    assert.deepEqual(placeOf(scroller, first.nextSibling ?? fold, 0), { line: 4, column: 4_999 });
    assert.deepEqual(placeOf(scroller, second.firstChild, 2), { line: 4, column: 5_002 });
    assert.deepEqual(placeOf(scroller, second.firstChild, 4), { line: 4, column: Infinity });
    assert.deepEqual(placeOf(scroller, fold, 1), { line: 4, column: 5_000 });
    assert.deepEqual(placeOf(scroller, fold, 2), { line: 4, column: Infinity });
    assert.deepEqual(placeOf(scroller, scroller, 3), { line: 4, column: 0 });
  });

  it('in text that fills up the last row of a long line is one of the line that the text is of', () => {
    const scroller = log();
    const first = scroller.querySelector<HTMLElement>('[data-line="90"] .segment[data-from]');
    if (!first) throw new Error('The part is not there.');
    const lent = Object.assign(document.createElement('span'), { textContent: 'next part' });
    Object.assign(lent.dataset, { lent: '91', from: '0' });
    first.append(lent);
    const [own] = first.childNodes;
    if (!own || !lent.firstChild) throw new Error('The text is not there.');
    assert.deepEqual(placeOf(scroller, own, 3), { line: 90, column: 8_003 });
    assert.deepEqual(placeOf(scroller, lent.firstChild, 4), { line: 91, column: 4 });
    assert.deepEqual(placeOf(scroller, first, 2), { line: 91, column: 9 }, 'after all of it');
    assert.equal(drawnLine(lent.firstChild), 90);
    assert.isUndefined(drawnLine(scroller));
  });

  it('in a part of a very long line counts from the start of the line', () => {
    const scroller = log();
    const text = scroller.querySelector('.segment[data-from]')?.firstChild;
    if (!text) throw new Error('The part is not there.');
    assert.deepEqual(placeOf(scroller, text, 4), { line: 90, column: 8_004 });
  });
});
