import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownOf } from '../../../../src/element/tools/copy/markdown.ts';

const text = fc.string({ unit: fc.constantFrom('`', '`', 'a', '\n', '~', ' ') });

describe('a part of a log as Markdown', () => {
  it('has title and link, and the text in a fence', () => {
    expect(markdownOf('one\ntwo', 'build, lines 1–2', 'https://example.com/#L1-L2')).toBe(
      '[build, lines 1–2](https://example.com/#L1-L2)\n\n```text\none\ntwo\n```\n',
    );
  });

  it('has a fence longer than any in the text', () => {
    fc.assert(
      fc.property(text, (body) => {
        const lines = markdownOf(body, 'a', 'https://example.com/').split('\n');
        const fence = lines[2]?.replace('text', '') ?? '';
        expect(fence).toMatch(/^`{3,}$/u);
        expect(body).not.toContain(fence);
        expect(lines.at(-2)).toBe(fence);
        expect(lines.slice(3, -2).join('\n')).toBe(body);
      }),
    );
  });

  it('lets neither the title nor the address be markup', () => {
    const [head] = markdownOf('', 'a](x) *b*\n`c` <d>', 'https://example.com/a (b)#L1').split('\n');
    expect(head).toBe(String.raw`[a\](x) \*b\* \`c\` \<d\>](https://example.com/a%20%28b%29#L1)`);
  });
});
