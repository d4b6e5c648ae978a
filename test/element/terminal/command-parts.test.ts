import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineLevel } from '../../../src/protocol/marks/line-level.ts';
import { commandOf } from '../../../src/element/terminal/command-parts.ts';
import { commandRuns } from '../../../src/element/terminal/command-runs.ts';
import { parseLine } from '../../../src/element/terminal/parse.ts';
import { drawnTextOf, textOf } from '../../../src/element/terminal/runs.ts';

const TEMPLATE = 'https://code.test/{path}#L{line}C{column}';
const drawn = (text: string): string => drawnTextOf(commandRuns(parseLine(text), TEMPLATE));
/** The text of each link, and where it leads. */
function linked(text: string): [string, string][] {
  const links = new Map<string, string>();
  for (const run of commandRuns(parseLine(text), TEMPLATE))
    if (run.link !== '') links.set(run.link, (links.get(run.link) ?? '') + drawnTextOf([run]));
  return [...links].map(([link, shown]) => [shown, link]);
}

describe('a command for a CI system', () => {
  it.each([
    ['::error::Something went wrong', 'Something went wrong'],
    ['##[error]Process completed with exit code 1.', 'Process completed with exit code 1.'],
    ['2024-01-02T03:04:05.1234567Z ##[warning]slow', '2024-01-02T03:04:05.1234567Z slow'],
    ['  ::notice::indented', '  indented'],
    ['::debug::a::b', 'a::b'],
    ['::error file=app.js,line=10::Missing semicolon', 'app.js:10 Missing semicolon'],
    ['::error file=app.js,line=10,col=5,endColumn=7::Missing', 'app.js:10:5 Missing'],
    ['::warning file=a.js,line=1,endLine=2,col=5,title=Boom::text', 'a.js:1:5 Boom: text'],
    ['::error title=Boom,file=src/a.js,line=3,endLine=4,col=5::text', 'Boom src/a.js:3:5 text'],
    ['::error line=3,file=src/a.js::text', 'src/a.js:3 text'],
    ['::error line=3,file=src/a.js,title=T::text', 'src/a.js:3 T: text'],
    ['::error file=a.js::text', 'a.js text'],
    ['::error line=3::text', 'text'],
    ['::error title=Only%3A a title::', 'Only: a title'],
    ['::error title=100%25%2C::a%0Ab%0D%25', '100%,: a b%'],
    ['::error file=C:\\a\\b.cs,line=2::text', 'C:\\a\\b.cs:2 text'],
    [
      '##vso[task.logissue type=error;sourcepath=consoleapp/main.cs;linenumber=1;columnnumber=1;code=100;]Found something',
      'consoleapp/main.cs:1:1 Found something',
    ],
    ['##vso[task.logissue type=warning;]Found something', 'Found something'],
    ['##[error]100%25', '100%25'],
  ])('is cut from %j', (text, shown) => {
    expect(drawn(text)).toBe(shown);
    expect(textOf(commandRuns(parseLine(text), TEMPLATE))).toBe(text);
  });

  it.each([
    '',
    'plain',
    'see ::error:: there',
    '::error::',
    '##[error]  ',
    '::set-output name=error::none',
    '::group::x',
    '##vso[task.logissue]x',
    '##vso[task.logissue type=other]x',
    '::errors::x',
    '::error no end',
    'std::error::Error: x',
  ])('is not found in %j', (text) => {
    expect(commandOf(text)).toBeUndefined();
    const runs = parseLine(text);
    expect(commandRuns(runs, TEMPLATE)).toBe(runs);
  });

  it('has its place as a link, however it is styled', () => {
    expect(linked('::error file=src/a.js,line=3,col=5::text')).toEqual([['src/a.js:3:5', 'https://code.test/src/a.js#L3C5']]);
    expect(linked('::error title=T,file=src/my%2Cfile.js,line=3::text')).toEqual([
      ['src/my,file.js:3', 'https://code.test/src/my%2Cfile.js#L3C1'],
    ]);
    expect(linked('\u001b[31m##vso[task.logissue type=error;sour\u001b[1mcepath=a.cs;linenumber=2;]\u001b[0mtext')).toEqual([
      ['a.cs:2', 'https://code.test/a.cs#L2C1'],
    ]);
    expect(linked('::error file=../../etc/passwd,line=3::text')).toEqual([]);
    expect(linked('::error file=javascript:alert(1),line=3::text')).toEqual([]);
  });

  it('has its title in bold', () => {
    const bold = commandRuns(parseLine('::error title=T%3A,file=a.js,line=3::text'), '').filter(({ style }) => style.bold);
    expect(drawnTextOf(bold)).toBe('T:');
  });

  it('is cut where the marks of the line have its level, with any properties and message', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', ' ', '=', '%2C', '%', ':', '1', '"') });
    const property = fc
      .tuple(fc.constantFrom('file', 'line', 'col', 'title', 'x', 'endLine'), word)
      .map(([key, value]) => `${key}=${value}`);
    const properties = fc.array(property, { maxLength: 5 }).map((all) => (all.length === 0 ? '' : ` ${all.join(',')}`));
    const name = fc.constantFrom('error', 'warning', 'notice', 'debug');
    fc.assert(
      fc.property(name, properties, word, fc.constantFrom('', '  ', '2026-01-02T03:04:05Z '), (level, given, message, lead) => {
        const text = `${lead}::${level}${given}::${message}!`;
        const command = commandOf(text);
        expect(command !== undefined).toBe(lineLevel(text) !== undefined);
        const parts = command?.parts ?? [];
        expect(parts.at(-1)?.to).toBe(text.length);
        expect(parts[0]?.from).toBe(0);
        for (const [at, part] of parts.entries()) {
          if (at > 0) expect(part.from).toBe(parts[at - 1]?.to);
          expect(part.to).toBeGreaterThan(part.from);
        }
        expect(drawn(text)).not.toContain(`::${level}`);
        expect(textOf(commandRuns(parseLine(text), ''))).toBe(text);
      }),
    );
  });

  it('of any text is read in linear time', () => {
    for (const unit of [
      '::error ',
      '::error file=',
      ':',
      ',',
      '##[error]',
      '##vso[task.logissue type=error;',
      'type=error',
      '%0A',
      '1 ',
      '[1',
    ])
      expect(() => commandOf(`::error ${unit.repeat(100_000 / unit.length)}`)).not.toThrow();
    expect(() => commandOf(`##vso[task.logissue ${'type=error;'.repeat(10_000)}`)).not.toThrow();
  });
});
