import { absent, exactly, fromSaved, like, line, numbered, other, position, saved, whole } from '../pattern.ts';
import type { Case, Untestable } from '../steps.ts';
import { append, differ, get, remove, request, rule, untestable } from '../words.ts';

const RED = '\u001b[31m';

export const model: readonly (Case | Untestable)[] = [
  rule(
    'M1',
    'Lines are numbered 1, 2, 3 … over all requests that append.',
    append('a', 'line 1\nline 2\nline 3\n'),
    request({ method: 'POST', body: 'line 4\nline 5\n' }, { status: 200, json: { position: '<epoch>-5' } }),
    get('a', 'after=0', { status: 200, json: { after: 0, lines: numbered(1, 5) } }),
    get('a', 'after=2&limit=2', { status: 200, json: { after: 2, lines: numbered(3, 4) } }),
  ),
  rule(
    'M2',
    'An epoch is 1 to 64 characters without "-" and white space, and stays while the log does.',
    append('a', 'one\n'),
    get('a', '', { status: 200, headers: { 'log-epoch': like(/^[^-\s]{1,64}$/u) }, json: { epoch: '<epoch>' } }),
    append('a', 'two\n'),
    get('a', '', { status: 200, headers: { 'log-epoch': '<epoch>' }, json: { lines: [line('one'), line('two')] } }),
  ),
  rule(
    'M2',
    'A log that was removed and is written to again starts at 1 in another epoch.',
    append('a', 'one\ntwo\n', '', 'first'),
    remove('a'),
    request({ method: 'POST', body: 'three\n' }, { status: 200, json: { position: position('second', 1) } }),
    differ('first', 'second'),
    get('a', 'after=0', { status: 200, json: { epoch: '<second>', lines: [line('three')] } }),
  ),
  rule('M2', 'An epoch belongs to one log.', append('a', 'x\n', '', 'one'), append('b', 'x\n', '', 'another'), differ('one', 'another')),
  rule(
    'M3',
    'The head is the number of the last line, first is that of the oldest line held.',
    append('a', 'one\ntwo\nthree\n'),
    get('a', 'after=1&limit=1', { status: 200, headers: { 'log-head': '3', 'log-first': '1' } }),
  ),
  untestable('M3', 'first is raised by retention, and never decreases.', 'retention cannot be forced from outside'),
  rule(
    'M4',
    'A position is EPOCH-OFFSET, and -0 for a log without a line.',
    request({ method: 'POST' }, { status: 200, json: { position: '-0' } }),
    request({ method: 'POST', body: 'one\ntwo\n' }, { status: 200, json: { position: position('epoch', 2) } }),
    get('a', '', { status: 200, headers: { 'log-epoch': '<epoch>' } }),
  ),
  rule(
    'M5',
    'A log ends once, with an exit code, and nothing is appended after the end.',
    append('a', 'one\n', 'end=137'),
    get('a', '', { status: 200, headers: { 'log-end': '137', 'log-head': '1' } }),
    request({ method: 'POST', body: 'two\n' }, { status: 409 }),
    request({ method: 'POST', query: 'end=0' }, { status: 409 }),
    get('a', '', { status: 200, headers: { 'log-end': '137' }, json: { lines: [line('one')] } }),
  ),
  rule(
    'M5',
    'A log may end without a line.',
    request({ method: 'POST', query: 'end=3' }, { status: 200, json: { position: '-0' } }),
    get('a', '', { status: 200, headers: { 'log-end': '3', 'log-head': '0', 'log-first': '1' }, json: { lines: [] } }),
  ),
  untestable('M6', 'No line is visible before it is durable.', 'a crash cannot be caused from outside'),
  rule(
    'M10',
    'A line is [time, text] or [time, text, extra].',
    append('a', `plain\n${RED}red\nstill red\n`),
    get('a', '', { status: 200, json: { lines: [[whole(1), 'plain'], [whole(1), `${RED}red`], line('still red', { c: '31' })] } }),
  ),
  rule(
    'M11',
    'Times never decrease within a log.',
    append('a', 'one\n'),
    get('a', '', { status: 200, json: { lines: [[saved('then', whole(1)), 'one']] } }),
    append('a', 'two\n'),
    get('a', 'after=1', { status: 200, json: { lines: [[fromSaved('then'), 'two']] } }),
  ),
  rule(
    'M12',
    'Text is returned as it was written, including escape sequences.',
    append('a', '<b>&amp;</b>\u001b]8;;javascript:x\u0007 \u0000\u0008\u202e "quoted" \\ \u2028 😀\t\n\n'),
    get('a', '', {
      status: 200,
      json: { lines: [line(exactly('<b>&amp;</b>\u001b]8;;javascript:x\u0007 \u0000\u0008\u202e "quoted" \\ \u2028 😀\t')), line('')] },
    }),
  ),
  rule(
    'M13',
    'A key of extra that does not apply is absent.',
    append('a', 'plain\n'),
    append('a', 'bad\n', 'stream=err'),
    get('a', '', { status: 200, json: { lines: [line('plain'), line('bad', { s: 'err', c: absent, p: absent })] } }),
  ),
  rule(
    'M14',
    'Colours in force carry over from line to line, also between writers.',
    append('a', `plain\n${RED}red\n`),
    append('a', 'still red\n', 'stream=err'),
    append('a', '\u001b[1mbold too\nboth\u001b[0m\nplain again\n'),
    get('a', '', {
      status: 200,
      json: {
        lines: [
          line('plain'),
          line(`${RED}red`),
          line('still red', { c: '31', s: 'err' }),
          line(other(''), { c: '31' }),
          line(other(''), { c: '1;31' }),
          line('plain again'),
        ],
      },
    }),
  ),
  rule(
    'M14',
    'They are in canonical form.',
    append('a', '\u001b[31;9;7;4;1;2;3;5;8;53;44;58;5;9m\nx\u001b[0m\n'),
    append('a', '\u001b[48;2;1;2;3m\u001b[38;5;208m\u001b[21m\nx\u001b[0m\n'),
    append('a', '\u001b[4:3m\u001b[97m\u001b[105m\u001b[22m\nx\u001b[m\nx\n'),
    get('a', '', {
      status: 200,
      json: {
        lines: [
          line(other('')),
          line(other(''), { c: '1;2;3;4;5;7;8;9;53;31;44;58;5;9' }),
          line(other('')),
          line(other(''), { c: '21;38;5;208;48;2;1;2;3' }),
          line(other('')),
          line(other(''), { c: '4:3;97;105' }),
          line('x'),
        ],
      },
    }),
  ),
];
