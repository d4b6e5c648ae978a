import { absent, either, like, line, lists } from '../pattern.ts';
import type { AnswerSpec, Case, Method, Untestable } from '../steps.ts';
import type { TopicFlaw } from '../topics.ts';
import { append, get, remove, request, rule, sign, untestable } from '../words.ts';

const PROBLEM = { 'content-type': like(/^application\/problem\+json/iu), 'x-content-type-options': like(/^nosniff$/iu) };
const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
const WRITING: readonly Method[] = ['POST', 'PUT', 'DELETE'];
const FLAWS: readonly (readonly [TopicFlaw, string])[] = [
  ['other-secret', 'signed with another secret'],
  ['altered', 'with an altered payload'],
  ['cut-signature', 'with half a signature'],
  ['no-signature', 'without a signature'],
  ['not-base64', 'that is not base64'],
  ['not-json', 'that is not JSON'],
  ['no-channel', 'without a channel'],
];
/** Both come before any 404: nothing was written to this log. */
const refused = (status: number): AnswerSpec => ({ status, headers: PROBLEM });

export const access: readonly (Case | Untestable)[] = [
  rule(
    'H1',
    'The topic is sent in Authorization or in the query, where a space stands for +.',
    append('a', 'one\n'),
    request({ topicIn: 'header' }, { status: 200 }),
    request({ topicIn: 'query' }, { status: 200 }),
    request({ topic: { form: 'standard' }, topicIn: 'spaced' }, { status: 200 }),
    sign('topic', {}),
    request({ topic: 'none', headers: { authorization: 'bearer <topic>' } }, { status: 200 }),
  ),
  rule('H2', 'Without a topic: 401.', ...METHODS.map((method) => request({ method, topic: 'none' }, { status: 401 }))),
  ...FLAWS.map(([flaw, words]) =>
    rule(
      'H2',
      `With a topic ${words}: 401.`,
      ...METHODS.map((method) => request({ method, topic: { flaw, write: true } }, { status: 401 })),
      request({ topic: { flaw }, topicIn: 'query' }, refused(401)),
    ),
  ),
  rule(
    'H2',
    'With an expired topic: 401.',
    ...METHODS.map((method) => request({ method, topic: { expires: -60, write: true } }, { status: 401 })),
  ),
  rule(
    'H2',
    'With a topic for another channel: 403.',
    ...METHODS.map((method) => request({ method, topic: { log: 'b', write: true } }, { status: 403 })),
  ),
  rule(
    'H2',
    'Without w where it is required: 403, and nothing is done.',
    append('a', 'one\n'),
    ...WRITING.map((method) => request({ method, log: 'b', topic: {} }, { status: 403 })),
    ...WRITING.map((method) => request({ method, topic: {}, ...(method === 'DELETE' ? {} : { body: 'no\n' }) }, { status: 403 })),
    get('a', '', { status: 200, json: { lines: [line('one')] } }),
    get('b', '', { status: 404 }),
  ),
  rule(
    'H3',
    'Errors are application/problem+json, and nosniff.',
    request({ topic: 'none' }, refused(401)),
    request({ topic: { log: 'b' } }, refused(403)),
    request({}, refused(404)),
    request({ method: 'PATCH', topic: { write: true } }, refused(405)),
    append('a', 'one\n', 'end=0'),
    get('a', 'after=x', refused(400)),
    get('a', 'epoch=another', refused(409)),
    request({ method: 'POST', body: 'two\n' }, refused(409)),
    request({ method: 'POST', body: 'two\n', headers: { 'Content-Encoding': 'gzip' } }, refused(415)),
  ),
  rule(
    'H3',
    'Every answer is nosniff, text is UTF-8.',
    request({ method: 'POST', body: 'ä\n', query: 'end=0' }, { status: 200, headers: { 'x-content-type-options': 'nosniff' } }),
    get('a', '', { status: 200, headers: { 'x-content-type-options': 'nosniff', 'content-type': like(/^application\/json/iu) } }),
    ...[
      ['text/plain', /^text\/plain; ?charset="?utf-8"?$/iu] as const,
      ['text/event-stream', /^text\/event-stream(; ?charset="?utf-8"?)?$/iu] as const,
    ].map(([type, expression]) =>
      request(
        { headers: { accept: type } },
        { status: 200, headers: { 'x-content-type-options': 'nosniff', 'content-type': like(expression) } },
      ),
    ),
    request({ method: 'DELETE' }, { status: 204, headers: { 'x-content-type-options': 'nosniff' } }),
  ),
  rule('H4', 'Pages of the same origin are allowed, and can read the Log-* headers.', append('a', 'one\n'), {
    do: 'origin',
    origin: 'same',
  }),
  rule('H4', 'A page of another origin is allowed WebSockets exactly if it is allowed HTTP.', append('a', 'one\n'), {
    do: 'origin',
    origin: 'https://somewhere-else.example',
  }),
  untestable('H4', 'The origins on the allow-list are allowed.', 'the kit does not know the list'),
  rule(
    'H5',
    'Other methods: 405, with Allow.',
    request(
      { method: 'PATCH', topic: { write: true } },
      { status: 405, headers: { allow: lists('GET', 'HEAD', 'POST', 'PUT', 'DELETE') } },
    ),
  ),
  rule(
    'H5',
    'HEAD works where GET does, without a body.',
    append('a', 'one\ntwo\n'),
    request({ method: 'HEAD' }, { status: 200, headers: { 'log-epoch': '<epoch>', 'log-head': '2', 'log-first': '1' }, text: '' }),
    request(
      { method: 'HEAD', headers: { accept: 'text/plain' } },
      { status: 200, headers: { 'content-type': like(/^text\/plain/iu) }, text: '' },
    ),
    request({ method: 'HEAD', log: 'b' }, { status: 404, text: '' }),
    request({ method: 'HEAD', query: 'after=x' }, { status: 400, text: '' }),
  ),
  rule(
    'H6',
    'A channel is percent-decoded once; its / may be sent plain or as %2F.',
    request(
      { method: 'POST', path: '/topics/<a>%2Fpart/x%40y', topic: { channel: '<a>/part/x@y', write: true }, body: 'one\n' },
      { status: 200 },
    ),
    request({ path: '/topics/<a>/part%2fx@y', topic: { channel: '<a>/part/x@y' } }, { status: 200, json: { lines: [line('one')] } }),
    request({ path: '/topics/<a>/%70art/x@y', topic: { channel: '<a>/part/x@y' } }, { status: 200, json: { lines: [line('one')] } }),
  ),
  ...[
    '/topics/',
    '/topics/<a>/',
    '/topics/<a>//x',
    '/topics/<a>/./x',
    '/topics/<a>/../<a>',
    '/topics/<a>/%2e%2e/<a>',
    '/topics/<a>%252Fx',
    '/topics/<a>%ff',
    '/topics/<a>%20x',
  ].map((path) =>
    rule(
      'H6',
      `Not a valid channel: 400 (${path.replaceAll('<a>', 'a')}).`,
      append('a', 'one\n'),
      request({ path }, { status: 400, headers: PROBLEM }),
    ),
  ),
  rule(
    'H51',
    'DELETE removes the log: 204.',
    append('a', 'one\n'),
    remove('a'),
    get('a', '', { status: 404 }),
    get('a', 'after=1', { status: 404 }),
  ),
  rule(
    'H53',
    'DELETE of an unknown log: 404.',
    request({ method: 'DELETE' }, { status: 404, headers: PROBLEM }),
    append('a', 'one\n'),
    remove('a'),
    request({ method: 'DELETE' }, { status: 404 }),
  ),
  rule(
    'H51',
    'An ended log can be removed too, and its end with it.',
    append('a', 'one\n', 'end=1'),
    remove('a'),
    append('a', 'two\n'),
    get('a', '', { status: 200, headers: { 'log-end': absent, 'log-head': '1' }, json: { lines: [line('two')] } }),
  ),
  rule(
    'H7',
    'The address of the WebSocket without an upgrade: 426, with the received Host, readable by any page.',
    request(
      { path: '', topic: 'none' },
      {
        status: 426,
        headers: { ...PROBLEM, 'access-control-allow-origin': '*' },
        json: { code: 'upgrade', host: like(/./u) },
      },
    ),
  ),
  rule(
    'H7',
    'It tells a page of another origin if it is refused.',
    request(
      { path: '', topic: 'none', headers: { origin: 'https://somewhere-else.example' } },
      {
        status: [403, 426],
        headers: { 'access-control-allow-origin': '*' },
        json: { code: either('origin', 'upgrade'), host: like(/./u) },
      },
    ),
  ),
  untestable('H7', '503 when the limit of sockets is reached.', 'the kit does not know the limit'),
  ...['log-stream.js', 'client.js'].map((name) =>
    rule(
      'H60',
      `${name} can be loaded from any origin.`,
      request(
        { path: `/assets/${name}`, topic: 'none', headers: { origin: 'https://somewhere-else.example' } },
        {
          status: 200,
          headers: { 'content-type': like(/javascript/iu), 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' },
        },
      ),
    ),
  ),
  rule('H61', 'A healthy server answers 200, without a topic.', request({ path: '/health', topic: 'none' }, { status: 200 })),
  untestable('H61', '503 when it cannot.', 'the store cannot be taken down from outside'),
];
