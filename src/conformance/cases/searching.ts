import { absent, anything, either, like, whole, type Pattern } from '../pattern.ts';
import type { AnswerSpec, Case, CaseStep, HttpStep, Untestable } from '../steps.ts';
import { append, featureRule, marked, request, untestable } from '../words.ts';

const search = (query: string, expect: AnswerSpec): HttpStep => request({ path: '/search/<a>', query }, expect);
/** A search whose hits are these, and which then is done. */
const finds = (query: string, found: number, ...hits: readonly Pattern[]): HttpStep =>
  search(query, { status: 200, objects: [{ epoch: '<epoch>' }, ...hits, { done: true, found }] });
const hit = (line: number, ...at: readonly Pattern[]): Pattern => ({ line, time: whole(1), at, more: absent });
/** A hit anywhere in a line. */
const hits = (...numbers: readonly number[]): Pattern[] => numbers.map((line) => ({ line, time: whole(1), at: anything }));
const rule = (id: string, title: string, ...steps: readonly CaseStep[]): Case => featureRule('search', id, title, ...steps);

const TEXTS = 'a disk error\nERROR: x\nfine\nerrors are for\na-b\n';

export const searching: readonly (Case | Untestable)[] = [
  rule(
    'H80',
    'What a line overwrote or erased is not found, and escape sequences are no part of its text.',
    append('a', 'one \u001b[31mer\u001b[0mror\ngone\rkept\ntwo\u001b[2K\rthree\n'),
    finds('q=error', 1, hit(1, [4, 9])),
    finds('q=gone', 0),
    finds('q=kept', 1, hit(2, [0, 4])),
    finds('q=two', 0),
    finds('q=31m', 0),
  ),
  rule(
    'H80',
    'A line in several pieces is searched as one, and belongs to the range of its first piece.',
    append('a', ['before\n', { repeat: 'x', times: 1_024 * 1_024 - 3 }, 'needle\n', 'needle\n']),
    marked('a', 2, { p: 1 }),
    marked('a', 3, { p: absent }),
    finds('q=needle', 2, ...hits(2, 4)),
    finds('q=needle&after=2', 1, ...hits(4)),
    finds('q=needle&upto=2', 1, ...hits(2)),
  ),
  rule(
    'H80',
    'Another epoch: 409; unknown log: 404; no topic: 401.',
    append('a', TEXTS),
    search('q=error&epoch=another', { status: 409 }),
    search('q=error&epoch=<epoch>', { status: 200 }),
    request({ path: '/search/<b>', log: 'b', query: 'q=error' }, { status: 404 }),
    request({ path: '/search/<a>', query: 'q=error', topic: 'none' }, { status: 401 }),
  ),
  rule(
    'H81',
    'Text is found in both cases, or as it is; as a word; as a regular expression; without another text.',
    append('a', TEXTS),
    finds('q=error', 3, hit(1, [7, 12]), hit(2, [0, 5]), hit(4, [0, 5])),
    finds('q=error&case=1', 2, ...hits(1, 4)),
    finds('q=error&word=1', 2, ...hits(1, 2)),
    finds('q=%5Ee.*r%24&regex=1', 1, hit(4, [0, 14])),
    finds('q=a%5C-b&regex=1', 1, hit(5, [0, 3])),
    finds('q=error&without=disk', 2, ...hits(2, 4)),
    finds('q=.&case=1', 0),
  ),
  rule(
    'H81',
    'A text that is too long, empty or no regular expression: 400.',
    append('a', TEXTS),
    ...['', 'q=', 'q=&without=x', 'q=(&regex=1', 'q=x&without=(&regex=1', `q=${'x'.repeat(1_001)}`, 'q=x&word=2', 'q=x&from=1'].map(
      (query) => search(query, { status: 400, json: { detail: like(/\S/u) } }),
    ),
    search(`q=${'x'.repeat(1_000)}`, { status: 200 }),
  ),
  rule(
    'H82',
    'The first object says what is searched, the last that the search is done.',
    append('a', TEXTS),
    search('q=error&after=1&upto=4', {
      status: 200,
      headers: { 'content-type': like(/^application\/x-ndjson\b/u), 'cache-control': like(/\bno-store\b/u) },
      objects: [{ epoch: '<epoch>', after: 1, upto: 4, first: 1 }, ...hits(2, 4), { done: true, scanned: 3, found: 2 }],
    }),
    search('q=nothing&upto=1000', {
      status: 200,
      objects: [
        { epoch: '<epoch>', after: 0, upto: 5, first: 1 },
        { done: true, scanned: 5, found: 0 },
      ],
    }),
  ),
  rule(
    'H83',
    'Hits come from either end, with at most 100 ranges; or as ranges of lines; or not at all.',
    append('a', TEXTS),
    finds('q=error&from=end', 3, ...hits(4, 2, 1)),
    finds('q=error&lines=1', 3, {
      lines: [
        [1, 2],
        [4, 4],
      ],
    }),
    finds('q=error&count=1', 3),
    append('a', [{ repeat: 'y', times: 100 }, '\n', { repeat: 'y', times: 101 }, '\n']),
    finds('q=y', 2, { line: 6, more: absent }, { line: 7, more: 1 }),
  ),
  rule(
    'H84',
    'After the limit hits are only counted.',
    append('a', TEXTS),
    finds('q=error&limit=1', 3, ...hits(1)),
    finds('q=error&limit=1&from=end', 3, ...hits(4)),
    search('q=error&limit=0', { status: 400 }),
  ),
  rule(
    'H84',
    'By level alone entries are counted, and the lines that continue them are hits too.',
    append('a', 'ERROR: one\n', 'level=error'),
    append('a', 'fine\n'),
    append('a', 'ERROR: two\n    at main (main.js:1:1)\n'),
    marked('a', 1, { l: 17 }),
    marked('a', 3, { l: 17 }),
    marked('a', 4, { l: 17, k: 1 }),
    finds('level=error', 2, ...hits(1, 3, 4)),
    finds('level=error&q=main', 1, ...hits(4)),
  ),
  untestable('H85', 'A search that takes long says how far it has come.', 'how long it takes is up to the server'),
  rule(
    'H86',
    'A pattern that takes too long ends its search, and no other.',
    append('a', [{ repeat: 'a', times: 60 }, '!\n']),
    search('q=(a%2B)%2B%24&regex=1', { status: 200, objects: [{ epoch: '<epoch>' }, either({ error: 'slow' }, { done: true, found: 0 })] }),
    finds('q=!', 1, ...hits(1)),
  ),
  untestable('H86', 'reset, unavailable, gone and 429.', 'the log, the store and the load cannot be changed in the middle of a search'),
];
