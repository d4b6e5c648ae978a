import { gzipSync } from 'node:zlib';
import { absent, anything, like, line, whole, type Pattern } from '../pattern.ts';
import type { Body } from '../body.ts';
import type { AnswerSpec, Case, CaseStep, HttpStep, RequestSpec, Untestable } from '../steps.ts';
import { append, get, offered, request, rule } from '../words.ts';

const PATH = '/otlp/<a>/v1/logs';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const MIB = 1_024 * 1_024;

/** An export of these records in JSON. */
const exportOf = (...logRecords: readonly unknown[]): string => JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
const text = (stringValue: string, severityNumber = 0): object => ({ severityNumber, body: { stringValue } });
/** Sends an export. */
const send = (body: Body, expect: AnswerSpec, spec: Omit<RequestSpec, 'method' | 'body'> = {}): HttpStep =>
  request({ path: PATH, headers: JSON_TYPE, ...spec, method: 'POST', body }, expect);
/** A refusal, with its code in `google.rpc.Status`. */
const refused = (status: number, code: number): AnswerSpec => ({
  status,
  headers: { 'content-type': like(/^application\/json/u) },
  json: { code, message: anything, type: absent },
});
/** A case that a server without this resource need not pass. */
const exportRule = (id: string, title: string, ...steps: readonly CaseStep[]): Case =>
  rule(id, title, offered({ method: 'POST', path: '/otlp/<b>/v1/logs', log: 'b', headers: JSON_TYPE, body: '{}' }), ...steps);
const SENT: AnswerSpec = { status: 200, headers: { 'content-type': like(/^application\/json/u) }, json: { partialSuccess: absent } };
const lineOf = (its: string, extra: Pattern): Pattern => [whole(1), its, extra];

/** Logs of OpenTelemetry. */
export const exporting: readonly (Case | Untestable)[] = [
  exportRule(
    'H90',
    'An export is appended, plain or in gzip.',
    send(exportOf(text('one')), SENT),
    send({ bytes: [...gzipSync(exportOf(text('two')))] }, SENT, { headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' } }),
    get('a', '', { status: 200, json: { lines: [line('one'), line('two')] } }),
  ),
  exportRule(
    'H91',
    'Records become lines in the order of the export: their text, or JSON.',
    send(
      exportOf(
        { timeUnixNano: '1763658002000000000', ...text('one\n') },
        { timeUnixNano: '1763658001000000000', ...text('two\nthree') },
        {
          body: { kvlistValue: { values: [{ key: 'n', value: { intValue: '3' } }] } },
          attributes: [{ key: 'a', value: { boolValue: true } }],
          traceId: '0102030405060708090A0B0C0D0E0F10',
        },
      ),
      SENT,
    ),
    get('a', '', {
      status: 200,
      json: {
        lines: [
          line('one'),
          line('two'),
          line('three'),
          line('{"body":{"n":3},"attributes":{"a":true},"traceId":"0102030405060708090a0b0c0d0e0f10"}'),
        ],
      },
    }),
  ),
  {
    ...exportRule(
      'H92',
      'The severity of a record, rounded down, is the level of its lines.',
      send(exportOf(text('all fine', 4), text('all fine', 18), { severityText: 'WARN', body: { stringValue: 'all fine' } }), SENT),
      get('a', '', {
        status: 200,
        json: { lines: [lineOf('all fine', { l: 1 }), lineOf('all fine', { l: 17 }), lineOf('all fine', { l: 13 })] },
      }),
    ),
    feature: 'marks',
  },
  exportRule(
    'H93',
    'Records that cannot be taken are counted in a partial success; the others are lines.',
    send(exportOf(text('one'), { body: 'no value' }, text('two')), {
      status: 200,
      json: { partialSuccess: { rejectedLogRecords: like(/^1$/u), errorMessage: anything } },
    }),
    get('a', '', { status: 200, json: { lines: [line('one'), line('two')] } }),
  ),
  exportRule(
    'H94',
    'A refusal is a google.rpc.Status.',
    append('a', 'one\n'),
    send(exportOf(text('two')), refused(401, 16), { topic: 'none' }),
    send(exportOf(text('two')), refused(403, 7), { topic: {} }),
    send('[', refused(400, 3)),
    send('x'.repeat(100), refused(400, 3), { headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' } }),
    send(exportOf(text('two')), refused(415, 3), { headers: { ...JSON_TYPE, 'Content-Encoding': 'br' } }),
    send(exportOf(text('two')), refused(415, 3), { headers: { 'Content-Type': 'text/plain' } }),
    request({ method: 'POST', path: '/otlp/<a>/v1/traces', headers: JSON_TYPE, body: '{}' }, refused(404, 5)),
    get('a', '', { status: 200, json: { lines: [line('one')] } }),
  ),
  exportRule(
    'H94',
    'More than 4 MiB are refused, inflated too.',
    append('a', 'one\n'),
    send({ repeat: ' ', times: 4 * MIB + 1 }, refused(413, 8)),
    send({ bytes: [...gzipSync(Buffer.alloc(4 * MIB + 1, ' '))] }, refused(413, 8), {
      headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    }),
    get('a', '', { status: 200, json: { lines: [line('one')] } }),
  ),
  exportRule(
    'H94',
    'An export to an ended log is refused for good.',
    append('a', 'one\n', 'end=0'),
    send(exportOf(text('two')), refused(409, 9)),
  ),
];
