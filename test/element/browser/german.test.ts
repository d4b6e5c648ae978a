import { assert } from 'chai';
import { german } from '../../../src/element/languages/de.ts';
import { STRINGS } from '../../../src/element/strings.ts';
import { formatsOf } from '../../../src/element/languages/formats-of.ts';
import { FIND_STRINGS, TOOL_STRINGS } from '../../support/english.ts';
import { mount, shadow, unmountAll, until, type Mounted } from './support/fixture.ts';
import { saidIn } from './support/said.ts';
import { SCENES } from './support/scenes.ts';

/** All that a table can say, for some numbers and texts. */
function textsOf(table: unknown): string[] {
  if (typeof table === 'string') return [table];
  if (typeof table === 'function') {
    const given = [
      [1, 1, 1],
      [2, 3, 4],
      [137, 3, 4],
      [0, 1, false],
      [
        { from: 1, to: 1 },
        { from: 1, to: 2 },
      ],
      ['', { from: 1, to: 2 }],
      [true],
      [new Date()],
    ];
    return given.flatMap((values) => {
      try {
        return [String((table as (...values: unknown[]) => unknown)(...values))];
      } catch {
        return [];
      }
    });
  }
  return Object.values(Object(table) as object).flatMap(textsOf);
}

const wordsOf = (texts: readonly string[]): Set<string> =>
  new Set(
    texts.flatMap(
      (text) =>
        text
          .replaceAll(/https:\S+/gu, '')
          .toLowerCase()
          .match(/\p{L}{2,}/gu) ?? [],
    ),
  );

const GERMAN = wordsOf(textsOf((german as (...given: unknown[]) => unknown)(formatsOf('de'), STRINGS)));
/** Words of the English table that the German one has not. */
const ENGLISH = new Set([...wordsOf(textsOf([STRINGS, TOOL_STRINGS, FIND_STRINGS]))].filter((word) => !GERMAN.has(word)));
for (const word of ['of', 'the', 'no', 'line', 'lines', 'error', 'errors', 'retry', 'copy', 'match', 'matches']) ENGLISH.add(word);

const englishIn = ({ element }: Mounted): string[] =>
  saidIn(element)
    .filter(({ text }) => [...wordsOf([text])].some((word) => ENGLISH.has(word)))
    .map(({ text }) => text);

describe('an element in German', () => {
  const heard = new Set<string>();

  afterEach(unmountAll);

  for (const [name, scene] of Object.entries(SCENES)) {
    it(`says nothing in English: ${name}`, async () => {
      const mounted = await scene({ lang: 'de', time: name === 'times on' ? 'elapsed' : 'none' });
      await until(() => englishIn(mounted).length === 0).catch(() => assert.deepEqual(englishIn(mounted), []));
      for (const { text } of saidIn(mounted.element)) heard.add(text);
    });
  }

  it('has said much by then, and the same is found out where it says it in English', async () => {
    assert.isAbove(heard.size, 120);
    for (const text of ['Live', 'Fehlgeschlagen', 'Tastenkürzel', 'Nächster Fehler (e)', 'Zum Ende (Ende)', 'Ausklappen', 'Stackframes'])
      assert.isTrue(
        [...heard].some((each) => each.includes(text)),
        text,
      );
    for (const name of ['failed', 'menu', 'find', 'folded stack trace', 'go to']) {
      const mounted = await SCENES[name]?.({});
      assert.isTrue(mounted !== undefined && englishIn(mounted).length > 0, name);
      unmountAll();
    }
  });

  it('speaks German from the first line that it shows, in numbers too', async () => {
    const { element, log } = mount(undefined, { lang: 'de-AT' });
    log.live(1_204_000);
    await until(() => shadow(element, '.counts').textContent?.startsWith(`${formatsOf('de-AT').count(1_204_000)} Zeilen`));
  });
});
