import { describe, expect, it } from 'vitest';
import { TitleMark } from '../../../../src/element/tools/notify/title-mark.ts';

describe('the mark before the title', () => {
  it('is put there once, a failure over an end but not the other way round, and taken back', () => {
    const page = { title: 'Build 7' };
    const mark = new TitleMark(page);
    mark.show('ended');
    expect(page.title).toBe('✓ Build 7');
    mark.show('failed');
    mark.show('ended');
    mark.show('failed');
    expect(page.title).toBe('✖ Build 7');
    mark.clear();
    expect(page.title).toBe('Build 7');
  });

  it('is put before a title that the page has set meanwhile, which is left alone when nothing is marked', () => {
    const page = { title: 'Build 7' };
    const mark = new TitleMark(page);
    mark.show('failed');
    page.title = 'Build 8';
    mark.show('failed');
    expect(page.title).toBe('✖ Build 8');
    page.title = 'Build 9';
    mark.clear();
    expect(page.title).toBe('Build 9');
  });
});
