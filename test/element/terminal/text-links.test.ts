import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/element/terminal/parse.ts';
import { findLinks, MAX_ADDRESS, withLinks } from '../../../src/element/terminal/text-links.ts';

const ESC = '\x1b';
const SOURCE = 'https://code.test/{path}#L{line}';

/** The texts of the links that a text gets. */
function linksIn(text: string, sourceUrl = ''): string[] {
  return findLinks(text, sourceUrl).map(({ from, to }) => text.slice(from, to));
}

describe('addresses in a text', () => {
  it.each([
    ['(see https://ok.test/a) end', ['https://ok.test/a']],
    ['<https://ok.test/b>', ['https://ok.test/b']],
    ['"https://ok.test/c"', ['https://ok.test/c']],
    ["'https://ok.test/d',", ['https://ok.test/d']],
    ["['https://ok.test/d','https://ok.test/e']", ['https://ok.test/d', 'https://ok.test/e']],
    ["https://ok.test/it's", ["https://ok.test/it's"]],
    ['https://ok.test/e.', ['https://ok.test/e']],
    ['https://ok.test/e?!', ['https://ok.test/e']],
    ['https://ok.test/w/Foo_(bar)', ['https://ok.test/w/Foo_(bar)']],
    ['(https://ok.test/w/Foo_(bar))', ['https://ok.test/w/Foo_(bar)']],
    ['https://ok.test/w/Foo_(bar', ['https://ok.test/w/Foo_']],
    ['https://ok.test/a[1]{2}.', ['https://ok.test/a[1]{2}']],
    ['[https://ok.test/l](https://ok.test/m)', ['https://ok.test/l', 'https://ok.test/m']],
    ['http://127.0.0.1:8080/j?x=1&y=2#L5;', ['http://127.0.0.1:8080/j?x=1&y=2#L5']],
    ['http://[::1]:8080/x', ['http://[::1]:8080/x']],
    ['https://ok.test/k。次', ['https://ok.test/k']],
    ['https://ja.test/日本語', ['https://ja.test/日本語']],
    ['{"url":"https://ok.test/n\\n","to":"mailto:a@ok.test"}', ['https://ok.test/n', 'mailto:a@ok.test']],
    ['HTTPS://OK.test/o', ['HTTPS://OK.test/o']],
    ['**https://ok.test/p**', ['https://ok.test/p']],
    ['https://', []],
    ['xhttps://ok.test', []],
    ['javascript:alert(1) data:text/html,x ftp://ok.test file:///etc/passwd', []],
    ['https://ok.test/\u202eevil', ['https://ok.test/']],
  ])('in %j are found without what is around them', (text, links) => {
    expect(linksIn(text)).toEqual(links);
  });

  it('are no links when they are too long', () => {
    const longest = `https://ok.test/${'a'.repeat(MAX_ADDRESS - 16)}`;
    expect(linksIn(longest)).toEqual([longest]);
    expect(linksIn(`${longest}a`)).toEqual([]);
  });
});

describe('places in files', () => {
  const targets = (text: string, template = SOURCE): string[] => findLinks(text, template).map(({ target }) => target);

  it.each([
    ['src/a.ts:12:3 - error', 'https://code.test/src/a.ts#L12'],
    ['    at run (./src/a b/c.ts:7:1)', 'https://code.test/b/c.ts#L7'],
    ['main.go:4 boom', 'https://code.test/main.go#L4'],
    ['src\\win\\a.cs:9', 'https://code.test/src/win/a.cs#L9'],
    ['lib/ü/x.rb:1:in `y`', 'https://code.test/lib/%C3%BC/x.rb#L1'],
  ])('in %j lead to %s', (text, target) => {
    expect(targets(text)).toEqual([target]);
  });

  it.each([
    '../x/a.ts:1',
    'a/../../b.ts:1',
    'example.com:80',
    'tcp://db.internal:5432',
    '10.0.0.1:80',
    '12:30:45',
    'src/a:1',
    'a.ts:',
    '.env:1',
  ])('are not found in %j', (text) => {
    expect(targets(text)).toEqual([]);
  });

  it('are links only with a template for an allowed address', () => {
    expect(targets('src/a.ts:1', '')).toEqual([]);
    expect(targets('src/a.ts:1', 'javascript:alert("{path}")')).toEqual([]);
    expect(targets('src/a.ts:1', 'vscode://file/{path}')).toEqual([]);
    expect(targets('src/a.ts:1', 'https://code.test/')).toEqual([]);
    expect(targets('src/a.ts:1:9', 'https://code.test/{path}?l={line}&c={column}')).toEqual(['https://code.test/src/a.ts?l=1&c=9']);
  });

  it('inside an address belong to it', () => {
    expect(targets('https://ok.test/src/a.ts:1 b/c.ts:2')).toEqual(['https://ok.test/src/a.ts:1', 'https://code.test/b/c.ts#L2']);
  });
});

describe('runs with links', () => {
  const linked = (line: string, sourceUrl = ''): [string, string][] =>
    withLinks(parseLine(line), sourceUrl).map(({ text, link }) => [text, link]);

  it('keep their text and styles, and share one link across styles', () => {
    expect(linked(`see https://ok.test/${ESC}[1mg${ESC}[0m/h now`)).toEqual([
      ['see ', ''],
      ['https://ok.test/', 'https://ok.test/g/h'],
      ['g', 'https://ok.test/g/h'],
      ['/h', 'https://ok.test/g/h'],
      [' now', ''],
    ]);
  });

  it('leave a hyperlink as its author wrote it', () => {
    expect(linked(`${ESC}]8;;https://other.test/${ESC}\\https://ok.test/${ESC}]8;;${ESC}\\`)).toEqual([
      ['https://ok.test/', 'https://other.test/'],
    ]);
  });

  it('do not link an address that may continue after the end', () => {
    const runs = parseLine('https://ok.test/a https://ok.test/b');
    expect(withLinks(runs, '', true).map(({ link }) => link)).toEqual(['https://ok.test/a', '']);
  });

  it('are the same where there is nothing to link', () => {
    const runs = parseLine(`${ESC}[1mplain: ${ESC}[0mtext`);
    expect(withLinks(runs, SOURCE)).toBe(runs);
  });
});

/** What a text may be made of to confuse the finder. */
const piece = fc.constantFrom(
  'https://',
  'http://a.test',
  'mailto:x@a',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  "'",
  '"',
  '.',
  ',',
  ':',
  ':1',
  ':12:3',
  '/',
  'a',
  'b.ts',
  '\\',
  ' ',
  '..',
  '😀',
  '\ud800',
  '\u3002',
);

describe('any text', () => {
  it('has links in order that do not overlap, are trimmed, and have balanced brackets', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        let end = 0;
        for (const { from, to, target } of findLinks(text, SOURCE)) {
          const link = text.slice(from, to);
          expect(from).toBeGreaterThanOrEqual(end);
          expect(link).toMatch(/^\S+$/u);
          expect(target).toMatch(/^(?:https?|mailto):/u);
          if (/^(?:https?:|mailto:)/iu.test(link)) {
            expect(link).not.toMatch(/[.,;:!?'*]$/u);
            for (const [open, close] of ['()', '[]', '{}']) expect(link.split(open ?? '').length).toBe(link.split(close ?? '').length);
          }
          end = to;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('has the links that its words have by themselves', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('').replaceAll(' ', '')),
          { maxLength: 8 },
        ),
        (words) => {
          expect(linksIn(words.join(' '), SOURCE)).toEqual(words.flatMap((word) => linksIn(word, SOURCE)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([':', 'https://a/(', "'https://a", 'a.ts:1', 'a', '(', 'https://', ':1', 'https://a.test/b ', '/:', 'x.ts:1:'])(
    'is read once or a few times, however often it repeats %j',
    (unit) => {
      const text = unit.repeat(Math.ceil(2 ** 20 / unit.length));
      const cost = { steps: 0 };
      findLinks(text, SOURCE, cost);
      expect(cost.steps).toBeLessThanOrEqual(3 * text.length);
    },
  );
});
