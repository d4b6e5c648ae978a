import { absent, whole, type Pattern } from '../pattern.ts';
import type { Case, Untestable } from '../steps.ts';
import { append, featureRule, get, marked, request, untestable } from '../words.ts';

const ERROR = 'ERROR: build failed';
const FRAME = '    at build (main.js:3:1)';
const line = (text: string, extra: Pattern): Pattern => [whole(1), text, extra];

/** What a server says of a line when it is appended. */
export const marks: readonly (Case | Untestable)[] = [
  featureRule(
    'marks',
    'M15',
    'Prose has no level.',
    append('a', '0 errors, 0 warnings\nerror handling works\n$ cmd --level=error\n'),
    get('a', '', {
      status: 200,
      json: { lines: ['0 errors, 0 warnings', 'error handling works', '$ cmd --level=error'].map((text) => [whole(1), text]) },
    }),
  ),
  featureRule(
    'marks',
    'M16',
    'A line that continues an entry has the level of the entry.',
    append('a', `${ERROR}\n${FRAME}\nall fine\n`),
    marked('a', 1, { l: 17 }),
    marked('a', 2, { k: 1 }),
    get('a', '', {
      status: 200,
      json: { lines: [line(ERROR, { l: 17, k: absent }), line(FRAME, { l: 17, k: 1 }), [whole(1), 'all fine']] },
    }),
    request({ path: '/levels/<a>' }, { status: 200, json: { parts: [[3, whole(1), [0, 0, 0, 0, 1, 0]]] } }),
  ),
  featureRule(
    'marks',
    'M16',
    'It does so only if the same producer wrote both.',
    append('a', `${ERROR}\n`),
    append('a', `${FRAME}\n`),
    marked('a', 1, { l: 17 }),
    get('a', 'after=1', { status: 200, json: { lines: [[whole(1), FRAME]] } }),
  ),
  untestable('M17', 'A row that is rewritten has r.', 'which rows a server follows is its own choice'),
  featureRule(
    'marks',
    'M18',
    'Groups begin and end in lines of any producer.',
    append('a', '::group::build\n::group::link\n'),
    append('a', '::endgroup::\n::endgroup::\n'),
    marked('a', 1, { g: { t: 'build' } }),
    get('a', '', {
      status: 200,
      json: {
        lines: [
          line('::group::build', { g: { t: 'build', d: 0 }, e: absent }),
          line('::group::link', { g: { t: 'link', d: 1 }, e: absent }),
          line('::endgroup::', { g: absent, e: 1 }),
          line('::endgroup::', { g: absent, e: 1 }),
        ],
      },
    }),
  ),
  featureRule(
    'marks',
    'H54',
    'level is the level of all lines of a request, whatever they say.',
    append('a', `all fine\n${ERROR}\n`, 'level=warn'),
    append('a', 'all fine\n', 'level=21'),
    get('a', '', { status: 200, json: { lines: [line('all fine', { l: 13 }), line(ERROR, { l: 13 }), line('all fine', { l: 21 })] } }),
  ),
  featureRule(
    'marks',
    'H54',
    'marks=0 leaves the text unread.',
    append('a', `${ERROR}\n::group::build\n`, 'marks=0'),
    get('a', '', {
      status: 200,
      json: {
        lines: [
          [whole(1), ERROR],
          [whole(1), '::group::build'],
        ],
      },
    }),
    append('a', `${ERROR}\n`, 'marks=0&level=info'),
    get('a', 'after=2', { status: 200, json: { lines: [line(ERROR, { l: 9 })] } }),
  ),
  featureRule(
    'marks',
    'H50',
    'level or marks that cannot be read: 400, and nothing is written.',
    ...['level=', 'level=none', 'level=0', 'level=25', 'marks=2', 'marks='].map((query) =>
      request({ method: 'POST', body: 'one\n', query }, { status: 400 }),
    ),
    get('a', '', { status: 404 }),
  ),
];
