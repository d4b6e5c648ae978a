import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../scripts/processes.mjs';
import { german } from '../../../src/element/languages/de.ts';
import { germanPatternProblem, germanProblem } from '../../../src/element/languages/de-problems.ts';
import { loadLanguage } from '../../../src/element/languages/load-language.ts';
import { STRINGS } from '../../../src/element/strings.ts';
import { formatsOf } from '../../../src/element/languages/formats-of.ts';
import type { Formats } from '../../../src/element/words/formats.ts';
import { FIND_STRINGS, TOOL_STRINGS } from '../../support/english.ts';

type Word = string | ((...given: unknown[]) => string);
type Table = { readonly [key: string]: Word | Table };

const table = (value: unknown): Table => value as Table;
const ENGLISH = table({ ...STRINGS, tools: TOOL_STRINGS, find: FIND_STRINGS });
const words: Table = {};
const GERMAN = table(
  (german as (formats: Formats, strings: unknown) => unknown)(formatsOf('de'), new Proxy(words, { get: (_, key: string) => words[key] })),
);
Object.assign(words, ENGLISH, GERMAN);

/** Every word with its path. */
function* wordsIn(each: Table, path = ''): Generator<readonly [string, Word]> {
  for (const [key, word] of Object.entries(each)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof word === 'object') yield* wordsIn(word, name);
    else yield [name, word];
  }
}

const GERMAN_WORDS = new Map(wordsIn(GERMAN));

/** What the browser writes in any language, and words that are the same in both. */
const FORMATS = ['language', 'count', 'date', 'tools.announceState.connecting', 'tools.announceState.catching-up'];
const SAME = [
  'region',
  'times',
  'percent',
  'state.live',
  'state.offline',
  'tools.atMost',
  'tools.orMore',
  'tools.levels.entries',
  'tools.countedEntries',
  'tools.sizes.normal',
  'tools.announceState.live',
  'tools.announceState.offline',
];
const isKeyName = (path: string): boolean => path.startsWith('tools.keyNames.');

/** What functions are called with that take anything but numbers. */
const RANGE = { from: 1_204, to: 5_678 };
const GIVEN: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  line: [
    [1_204, undefined],
    [1_204, 'TEXT'],
  ],
  region: [[''], ['TEXT']],
  percent: [['TEXT', 0.41]],
  'find.invalid': [['Unterminated group']],
  problem: [["You don't have access to this log: the signature of its topic doesn't match."]],
  outcome: [[undefined], [0], [3], [137], [143]],
  ended: [
    [undefined, 1, undefined],
    [0, 1_204, 192_000],
    [3, 1_204, 192_000],
    [137, 1_204, 7_500_000],
  ],
  missing: [
    [7, 7, true],
    [7, 7, false],
    [1_204, 5_678, true],
    [1_204, 5_678, false],
  ],
  truncated: [[1], [1_204]],
  retrying: [
    ['TEXT', 3],
    ['TEXT', 0],
  ],
  updates: [
    [1, true],
    [1_204, false],
  ],
  frames: [
    [1, true],
    [1_204, false],
  ],
  'tools.copiedLinkTo': [[RANGE], [{ from: 7, to: 7 }]],
  'tools.excerpt': [
    ['TEXT', RANGE],
    ['', { from: 7, to: 7 }],
  ],
  'tools.selected': [[RANGE], [{ from: 7, to: 7 }]],
  'tools.finding.error.at': [[1_204, 'TEXT']],
  'tools.finding.warning.at': [[1_204, 'TEXT']],
  'tools.goToNext': [['TEXT']],
  'tools.errorWrapped': [[true], [false]],
  'tools.allOlder': [[new Date(2026, 10, 29, 17)]],
  'tools.pill': [['TEXT']],
  'tools.quiet': [['TEXT']],
  'tools.position': [[1_204, 'TEXT', 0.41]],
  'tools.place': [[1_204, 'TEXT', 5_678]],
  'tools.announceEnd': [
    [0, 1_204, 0],
    [3, 1_204, 5_678],
  ],
  printed: [[1, 127, 178]],
  'find.searched': [[0.41]],
  duration: [[400], [2_100], [42_000], [192_000], [7_500_000], [273_600_000]],
  age: [[42_700]],
  quiet: [[42_700]],
};
const givenTo = (path: string): readonly (readonly unknown[])[] =>
  GIVEN[path] ?? [
    [1, 1, 1],
    [1_204, 5_678, 9_012],
  ];

const said = (word: Word, given: readonly unknown[]): string => (typeof word === 'string' ? word : word(...given));

/** The placeholders as they came out: numbers without their separators, and texts. */
const placeholders = (text: string): string[] =>
  (text.replaceAll(/(?<=\d)[.,\u00a0\u202f](?=\d)/gu, '').match(/\d+|TEXT|SIG\w+/gu) ?? [])
    .map((each) => each.replace(/^0+(?=\d)/u, ''))
    .sort();

const ENGLISH_WORDS = [...wordsIn(ENGLISH)];

describe('the German words', () => {
  it('are as many as the English ones, each a text or a function as there', () => {
    const optional = new Set([...FORMATS, 'age', ...ENGLISH_WORDS.map(([path]) => path).filter(isKeyName)]);
    const wanted = ENGLISH_WORDS.filter(([path]) => !optional.has(path));
    expect(wanted.filter(([path, word]) => typeof GERMAN_WORDS.get(path) !== typeof word).map(([path]) => path)).toEqual([]);
    const known = new Set(ENGLISH_WORDS.map(([path]) => path));
    expect([...GERMAN_WORDS.keys()].filter((path) => !known.has(path))).toEqual([]);
  });

  it.each(ENGLISH_WORDS.filter(([path]) => GERMAN_WORDS.has(path)))(
    'say %s in another way, with the same numbers and texts',
    (path, english) => {
      const word = GERMAN_WORDS.get(path) ?? '';
      const isSame = SAME.includes(path) || isKeyName(path);
      for (const given of typeof english === 'string' ? [[]] : givenTo(path)) {
        const [text, original] = [said(word, given), said(english, given)];
        expect(text).not.toBe('');
        if (!isSame) expect(text).not.toBe(original);
        // Dates are written in another order, and a key is named Pos1.
        if (path !== 'tools.allOlder' && path !== 'tools.start' && !isKeyName(path))
          expect(placeholders(text)).toEqual(placeholders(original));
        expect(text).not.toMatch(/undefined|NaN|\b(?:the|lines?|errors?|of|to|is|are|not)\b/iu);
        expect(text.trim()).not.toMatch(/\.\.\.|\s{2}| [,.:]/u);
      }
    },
  );

  it('write numbers and durations as Germans do', () => {
    const numbers = ['lines', 'duration'].map((key) => words[key] as (value: number) => string);
    expect([numbers[0]!(1), numbers[0]!(1_204_000)]).toEqual(['1 Zeile', '1.204.000 Zeilen']);
    expect([400, 2_100, 42_000, 192_000, 7_500_000, 273_600_000].map((ms) => numbers[1]!(ms))).toEqual([
      '<1 s',
      '2,1 s',
      '42 s',
      '3 min 12 s',
      '2 h 05 min',
      '3 d 04 h',
    ]);
  });

  it('are loaded for German of any country, and for no other language', async () => {
    for (const tag of ['de', 'DE', 'de-CH', 'de-Latn-AT']) await expect(loadLanguage(tag), tag).resolves.toBe(german);
    for (const tag of ['', 'en', 'den', 'fr', 'constructor', '__proto__']) expect(loadLanguage(tag), tag).toBeUndefined();
  });
});

describe('the German for a problem', () => {
  /** What is said in English, in which file, and a part of it that stands there word for word. */
  const said: readonly (readonly [file: string, text: string, part?: string])[] = [
    [
      'worker/diagnosis/classify.ts',
      "This log server doesn't let in pages from https://a.example (--allow-origin https://a.example would).",
      "doesn't let in pages from",
    ],
    ['worker/diagnosis/classify.ts', 'No log-stream server at https://a.example/log-stream (HTTP 404).', 'No log-stream server at '],
    [
      'worker/diagnosis/classify.ts',
      'No log-stream server at https://a.example/log-stream (it answers with a web page).',
      'it answers with a web page',
    ],
    [
      'worker/diagnosis/classify.ts',
      'No log-stream server at https://a.example/log-stream (it answers with something else).',
      'it answers with something else',
    ],
    [
      'worker/diagnosis/classify.ts',
      'No log-stream server at https://a.example/log-stream (it answers, but not as one).',
      'it answers, but not as one',
    ],
    ['worker/diagnosis/classify.ts', 'This page is secure, and the log server is not, so the browser keeps them apart.'],
    ['worker/diagnosis/classify.ts', "WebSockets don't get through to the log server: a proxy changes the Host header."],
    ['worker/diagnosis/classify.ts', "WebSockets don't get through to the log server: https://a.example redirects.", ' redirects.'],
    ['worker/diagnosis/classify.ts', "WebSockets don't get through to the log server."],
    [
      'worker/session/subscription/status.ts',
      'The server rejected a message of this page as too large (1009). Reload the page; if it happens again, update log-stream in it.',
    ],
    [
      'worker/session/subscription/status.ts',
      "The server couldn't read what this page sent (4400). Reload the page; if it happens again, update log-stream in it.",
    ],
    ['worker/session/subscription/status.ts', "The server doesn't let this page in (4403). Allow its origin at the server."],
    [
      'worker/session/subscription/status.ts',
      'The server speaks another version of the protocol (4426). Reload the page, or update log-stream in it.',
    ],
    [
      'worker/session/subscription/status.ts',
      'The server refuses this page (4499). Sign its topics again.',
      'The server refuses this page (',
    ],
    ['worker/session/subscription/subscription.ts', "You don't have access to this log: the signature of its topic doesn't match."],
    ['worker/session/subscription/subscription.ts', "The server can't read this topic. Check how it is signed."],
    ['worker/session/subscription/subscription.ts', 'The server follows no more topics for this browser. Close some logs.'],
    ['worker/session/subscription/subscription.ts', 'The server cannot read this log right now.'],
    [
      'worker/session/subscription/token-refresh.ts',
      'The topic expired and no new one was supplied. Set a fresh one, or set refresh-url to where the page gets one.',
    ],
    [
      'worker/session/subscription/token-refresh.ts',
      'Access to this log has expired and could not be renewed; trying again. Reload the page if this persists.',
    ],
    ['worker/http/token-refusal.ts', "The server doesn't accept this topic. Sign it again."],
    ['worker/tab/tab-connection.ts', "The log viewer couldn't be started; trying again. Reload the page if this persists."],
    ['worker/tab/tab-connection.ts', 'This is not a signed topic: expected BASE64(JSON)--HEX, as the backend of this page signs it.'],
    [
      'worker/tab/client.ts',
      'The endpoint must be an http or https URL, e.g. https://example.com/log-stream: ftp://x',
      'The endpoint must be an http or https URL',
    ],
    ['server/access/signer.ts', 'The signature does not match: sign the topic with the secret of this server.'],
    ['server/access/signer.ts', 'This is not a signed topic: expected BASE64(JSON)--HEX.'],
    ['server/access/signer.ts', 'This topic has expired: sign it again.'],
    ['server/http/core/auth.ts', 'This topic was signed for another channel: sign one for the channel in the path.'],
    [
      'server/ws/request-queue.ts',
      'A socket follows at most 1000 topics: unsubscribe some first, or open another socket.',
      'A socket follows at most',
    ],
    ['server/ws/request-queue.ts', 'The log is temporarily unavailable: subscribe again later.'],
  ];

  it.each(said.map(([file, text, part = text]) => [file, text, part] as const))('that %s tells: %s', async (file, text, part) => {
    expect(await readFile(join(ROOT, 'src', file), 'utf8')).toContain(part);
    const translated = germanProblem(text);
    expect(translated).not.toBe(text);
    expect(translated).not.toMatch(/\b(?:the|server's|of|to|is|are|not|it)\b|\$\d/iu);
    for (const [detail] of text.matchAll(/https:\/\/a\.example(?:\/[\w-]+)?|HTTP \d+|\(\d{4}\)/gu)) expect(translated).toContain(detail);
  });

  it.each([
    ['"q" is not a regular expression: Unterminated group.', 'Dieses Muster ist ungültig: eine Klammer fehlt oder ist zu viel'],
    ['Invalid regular expression: missing )', 'Dieses Muster ist ungültig: eine Klammer fehlt oder ist zu viel'],
    ['"q" is not a regular expression: Nothing to repeat.', 'Dieses Muster ist ungültig: vor einem Wiederholungszeichen fehlt etwas'],
    ['unterminated character class', 'Dieses Muster ist ungültig: eine Zeichenklasse ist nicht geschlossen oder falsch geordnet'],
    ['"q" has too many emoji properties: at most 2.', 'Dieses Muster ist ungültig'],
  ])('of a pattern is told in German: %s', (text, expected) => {
    expect(germanPatternProblem(text)).toBe(expected);
  });

  it('is the problem itself where another server says it', () => {
    expect(germanProblem('Das Kontingent ist erschöpft.')).toBe('Das Kontingent ist erschöpft.');
  });
});
