import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkTarget } from '../../../src/element/terminal/link-target.ts';
import { parseLine } from '../../../src/element/terminal/parse.ts';

const ESC = '\x1b';

describe('a link in a log', () => {
  it.each([
    ['https://example.org', 'https://example.org/'],
    ['http://example.org:8080/a?b=c#d', 'http://example.org:8080/a?b=c#d'],
    ['HTTPS://EXAMPLE.org/x', 'https://example.org/x'],
    ['mailto:someone@example.org', 'mailto:someone@example.org'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
  ])('to %s leads to %s', (link, target) => {
    expect(linkTarget(link)).toBe(target);
  });

  it.each([
    '',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://example.org/1',
    'file:///etc/passwd',
    'ftp://example.org',
    'vscode://file/x',
    '//example.org',
    '/path',
    'example.org',
    'https://',
    'https://exa mple.org',
    'https://example.org/\u202e',
  ])('to %j is plain text', (link) => {
    expect(linkTarget(link)).toBeUndefined();
  });

  it('never leads to what runs, whatever a log says', () => {
    const scheme = fc.constantFrom(
      'javascript',
      'JAVASCRIPT',
      'data',
      'vbscript',
      'blob',
      'java\0script',
      'java\u00adscript',
      '\u0001javascript',
    );
    fc.assert(
      fc.property(scheme, fc.string(), (name, rest) => {
        const target = linkTarget(`${name}:${rest}`);
        expect(target ?? '').not.toMatch(/^\s*(javascript|data|vbscript|blob):/iu);
      }),
    );
  });

  it.each([
    [
      `${ESC}]8;;https://a.example\x07A${ESC}]8;;\x07B`,
      [
        ['A', 'https://a.example'],
        ['B', ''],
      ],
    ],
    [`${ESC}]8;id=1:x=2;https://a.example${ESC}\\A${ESC}]8;;${ESC}\\`, [['A', 'https://a.example']]],
    [`${ESC}]8;;https://a.example/;b\x07A`, [['A', 'https://a.example/;b']]],
    [`${ESC}]8;broken\x07A`, [['A', '']]],
    [
      `xx\r${ESC}]8;;https://a.example\x07A${ESC}]8;;\x07`,
      [
        ['A', 'https://a.example'],
        ['x', ''],
      ],
    ],
  ])('is what OSC 8 says between two of it: %j', (text, runs) => {
    expect(parseLine(text).map((run) => [run.text, run.link])).toEqual(runs);
  });

  it('continues across colours', () => {
    const runs = parseLine(`${ESC}]8;;https://a.example\x07a${ESC}[31mb${ESC}]8;;\x07c`);
    expect(runs.map(({ text, link, style }) => [text, link, style.foreground])).toEqual([
      ['a', 'https://a.example', ''],
      ['b', 'https://a.example', '31'],
      ['c', '', '31'],
    ]);
  });
});
