import { describe, expect, it } from 'vitest';
import { ProgressLine } from '../../src/dev-server/terminal/progress-line.ts';

/** A line whose clock the test sets, and what it wrote. */
function start(): { readonly line: ProgressLine; readonly written: string[]; at(ms: number): ProgressLine } {
  let now = 1_000;
  const written: string[] = [];
  const line = new ProgressLine({ write: (text) => written.push(text) }, () => now);
  return { line, written, at: (ms) => ((now = 1_000 + ms), line) };
}

describe('ProgressLine', () => {
  it('shows nothing of what ends within half a second', () => {
    const { line, written, at } = start();
    at(0).show('1%');
    at(499).show('99%');
    line.clear();
    expect(written).toEqual([]);
  });

  it('replaces what it showed, ten times a second at most', () => {
    const { written, at } = start();
    for (let ms = 0; ms < 1_000; ms += 1) at(ms).show(`${ms}`);
    expect(written).toEqual([500, 600, 700, 800, 900].map((ms) => `\r${ms}\u001b[K`));
  });

  it('is erased once, before something else is printed', () => {
    const { line, written, at } = start();
    at(500).show('50%');
    line.clear();
    line.clear();
    expect(written).toEqual(['\r50%\u001b[K', '\r\u001b[K']);
    at(600).show('60%');
    expect(written).toHaveLength(3);
  });
});
