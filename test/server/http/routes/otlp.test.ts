import { gzipSync } from 'node:zlib';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { describe, expect, it, vi } from 'vitest';
import { StoreUnavailableError } from '../../../../src/server/store.ts';
import { MemoryStore } from '../../../../src/server/stores/memory-store.ts';
import { jsonExport, protobufExport, type JsonRecord } from '../../otlp/encode.ts';
import { HookedStore } from '../hooked-store.ts';
import { ask, startServer, textsOf, upload, type Answer, type Asked, type HttpTestServer } from '../support.ts';

const MIB = 1_024 * 1_024;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROTOBUF_TYPE = { 'Content-Type': 'application/x-protobuf' };
const GZIP = { 'Content-Encoding': 'gzip' };

const textRecord = (text: string, severityNumber = 0): JsonRecord => ({ severityNumber, body: { stringValue: text } });
const ONE = jsonExport([textRecord('one')]);

/** Sends an export to `run:1`. */
function post(
  server: HttpTestServer,
  body: Buffer | string,
  { headers = {}, ...asked }: Asked = {},
  path = 'run:1/v1/logs',
): Promise<Answer> {
  const topic = server.sign('run:1', { write: true });
  const sent = { Authorization: `Bearer ${topic}`, ...JSON_TYPE, ...headers };
  return ask(server, `/log-stream/otlp/${path}`, { method: 'POST', ...asked, headers: sent, body });
}

/** `google.rpc.Status` in protobuf. */
function statusOf(body: Buffer): { readonly code: number; readonly message: string } {
  const reader = new BinaryReader(body);
  reader.tag();
  const code = reader.int32();
  reader.tag();
  return { code, message: reader.string() };
}

async function marksOf(server: HttpTestServer): Promise<unknown[]> {
  const { lines } = await server.store.read('run:1', { after: 0, limit: 1_000, bytes: MIB });
  return lines.map(([, text, { l, k } = {}]) => [text, l, ...(k === undefined ? [] : [k])]);
}

describe('an export of OpenTelemetry', () => {
  it.each([
    ['JSON', JSON_TYPE, jsonExport, '{}'],
    ['JSON with a charset', { 'Content-Type': 'Application/JSON; charset=utf-8' }, jsonExport, '{}'],
    ['protobuf', PROTOBUF_TYPE, protobufExport, ''],
  ] as const)('in %s becomes lines, and is answered once they are durable (H90, H91)', async (_, headers, encode, expected) => {
    const server = await startServer();
    const body = encode([textRecord('one', 9), textRecord('two', 18), { body: { intValue: 3 } }]);
    for (const coding of [{}, GZIP]) {
      const answer = await post(server, 'Content-Encoding' in coding ? gzipSync(body) : body, { headers: { ...headers, ...coding } });
      expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
        200,
        expected,
        encode === jsonExport ? 'application/json' : 'application/x-protobuf',
      ]);
    }
    const lines = [
      ['one', 9],
      ['two', 17],
      ['{"body":3}', undefined],
    ];
    expect(await marksOf(server)).toEqual([...lines, ...lines]);
  });

  it('is taken for a channel with slashes, plain or encoded', async () => {
    const server = await startServer();
    const headers = { Authorization: `Bearer ${server.sign('team/app', { write: true })}` };
    expect((await post(server, ONE, { headers }, 'team/app/v1/logs')).status).toBe(200);
    expect((await post(server, ONE, { headers }, 'team%2Fapp/v1/logs')).status).toBe(200);
    expect(await textsOf(server.store, 'team/app')).toEqual(['one', 'one']);
  });

  it('keeps its order, whatever its times are (H91)', async () => {
    const server = await startServer();
    const times = ['1763658003000000000', '1763658001000000000', '0', '1763658002000000000'];
    await post(server, jsonExport(times.map((timeUnixNano) => ({ timeUnixNano, body: { stringValue: timeUnixNano } }))));
    expect(await textsOf(server.store, 'run:1')).toEqual(times);
    const { lines } = await server.store.read('run:1', { after: 0, limit: 10, bytes: MIB });
    expect(lines.map(([time]) => time)).toEqual(lines.map(([time]) => time).toSorted((a, b) => a - b));
  });

  it('has a record of several lines be one entry, whatever they say, and the next one another (H91)', async () => {
    const server = await startServer();
    await post(
      server,
      jsonExport([textRecord('a\n\nINFO: b\nERROR: c', 13), textRecord('d', 13), textRecord('e\nf'), textRecord('g\n', 9)]),
    );
    expect(await marksOf(server)).toEqual([
      ['a', 13],
      ['', 13, 1],
      ['INFO: b', 13, 1],
      ['ERROR: c', 13, 1],
      ['d', 13],
      ['e', undefined],
      ['f', undefined, 1],
      ['g', 9],
    ]);
  });

  it('has lines of a stack trace continue the entry of their record', async () => {
    const server = await startServer();
    await post(
      server,
      jsonExport([textRecord('Error: broken\n    at build (main.js:3:1)\n    at main.js:9:1', 17), textRecord('next', 17)]),
    );
    expect(await marksOf(server)).toEqual([
      ['Error: broken', 17],
      ['    at build (main.js:3:1)', 17, 1],
      ['    at main.js:9:1', 17, 1],
      ['next', 17],
    ]);
  });

  it('may have 10,000 records, and a body of more than 1 MiB', async () => {
    const server = await startServer();
    const numbered = Array.from({ length: 10_000 }, (_, at) => textRecord(`record ${at}`, (at % 24) + 1));
    expect((await post(server, gzipSync(jsonExport(numbered)), { headers: GZIP })).status).toBe(200);
    expect(await textsOf(server.store, 'run:1')).toEqual(numbered.map((_, at) => `record ${at}`));
    const long = 'x'.repeat(2 * MIB);
    expect((await post(server, protobufExport([textRecord(long), textRecord('next')]), { headers: PROTOBUF_TYPE })).status).toBe(200);
    const texts = (await textsOf(server.store, 'run:1')).slice(10_000);
    expect([texts.slice(0, -1).join('') === long, texts.at(-1)]).toEqual([true, 'next']);
  });

  it('without a record writes nothing', async () => {
    const server = await startServer();
    expect((await post(server, '{}')).status).toBe(200);
    expect((await post(server, '', { headers: PROTOBUF_TYPE })).status).toBe(200);
    expect((await server.store.tail('run:1')).head).toBe(0);
  });

  it('in which records cannot be taken is a partial success (H93)', async () => {
    const server = await startServer();
    const logRecords = [textRecord('sound'), { body: 'not a value' }, 7];
    const answer = await post(server, JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
    expect([answer.status, answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedLogRecords: '2', errorMessage: expect.stringContaining('a value is not an object') } },
    ]);
    expect(await textsOf(server.store, 'run:1')).toEqual(['sound']);
    let deep: JsonRecord['body'] = { stringValue: 'deep' };
    for (let depth = 0; depth < 100; depth += 1) deep = { arrayValue: { values: [deep] } };
    const partial = await post(server, protobufExport([{ body: deep }]), { headers: PROTOBUF_TYPE });
    const reader = new BinaryReader(partial.body);
    reader.tag();
    reader.uint32();
    reader.tag();
    expect([partial.status, String(reader.int64())]).toEqual([200, '1']);
    reader.tag();
    expect(reader.string()).toContain('nested more than 64 deep');
  });
});

describe('an export of OpenTelemetry is refused', () => {
  /** What JSON and protobuf are answered with. */
  async function refusals(server: HttpTestServer, body: Buffer, asked: Asked = {}, path?: string): Promise<unknown[]> {
    const json = await post(server, body, asked, path);
    const headers = { ...asked.headers, ...PROTOBUF_TYPE };
    const protobuf = await post(server, body, { ...asked, headers }, path);
    expect([json.headers['content-type'], protobuf.headers['content-type']]).toEqual(['application/json', 'application/x-protobuf']);
    const { code, message } = statusOf(protobuf.body);
    expect([protobuf.status, code]).toEqual([json.status, json.json()['code']]);
    expect([json.json()['message'], message]).toEqual([expect.stringMatching(/\w/u), expect.stringMatching(/\w/u)]);
    expect((await server.store.tail('run:1')).head).toBe(0);
    return [json.status, code, message];
  }

  it('as google.rpc.Status in the encoding of the request (H94)', async () => {
    const server = await startServer();
    const expired = server.sign('run:1', { write: true, ttl: -1 });
    const bearer = (topic: string): Asked => ({ headers: { Authorization: topic === '' ? '' : `Bearer ${topic}` } });
    const anything = expect.any(String);
    expect(await refusals(server, ONE, bearer(''))).toEqual([401, 16, anything]);
    expect(await refusals(server, ONE, bearer('forged'))).toEqual([401, 16, anything]);
    expect(await refusals(server, ONE, bearer(expired))).toEqual([401, 16, anything]);
    expect(await refusals(server, ONE, bearer(server.sign('run:1')))).toEqual([403, 7, anything]);
    expect(await refusals(server, ONE, bearer(server.sign('run:2', { write: true })))).toEqual([403, 7, anything]);
    expect(await refusals(server, ONE, {}, 'run:1/v1/traces')).toEqual([404, 5, expect.stringContaining('not traces')]);
    expect(await refusals(server, ONE, { method: 'PUT' })).toEqual([405, 12, anything]);
    expect(await refusals(server, ONE, {}, '../v1/logs')).toEqual([400, 3, anything]);
    expect(await refusals(server, Buffer.from('[{'))).toEqual([400, 3, anything]);
    expect(await refusals(server, ONE.subarray(0, -9), { headers: GZIP })).toEqual([400, 3, expect.stringContaining('gzip')]);
    expect(await refusals(server, gzipSync(ONE).subarray(0, -9), { headers: GZIP })).toEqual([400, 3, expect.stringContaining('gzip')]);
    expect(await refusals(server, ONE, { headers: { 'Content-Encoding': 'br' } })).toEqual([415, 3, expect.stringContaining('gzip')]);
  });

  it('if it is another media type (H94)', async () => {
    const server = await startServer();
    for (const type of ['text/plain', 'application/json-patch+json', '']) {
      const answer = await post(server, ONE, { headers: { 'Content-Type': type } });
      expect([answer.status, answer.json()['code'], answer.headers['content-type']]).toEqual([415, 3, 'application/json']);
    }
  });

  it('if it has more than 4 MiB, inflated too (H94)', async () => {
    const server = await startServer();
    const atLimit = (bytes: number): Buffer => Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(bytes - 8, 'x'), Buffer.from('"}')]);
    expect((await post(server, atLimit(4 * MIB))).status).toBe(200);
    expect((await post(server, gzipSync(atLimit(4 * MIB)), { headers: GZIP })).status).toBe(200);
    expect(await refusals(server, atLimit(4 * MIB + 1))).toEqual([413, 8, expect.stringContaining('4 MiB')]);
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    expect(await refusals(server, bomb, { headers: GZIP })).toEqual([413, 8, expect.stringContaining('4 MiB')]);
    const values = gzipSync(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{},'.repeat(400_000)}{}]}]}]}`);
    expect((await post(server, values, { headers: GZIP })).json()).toEqual({ code: 8, message: expect.stringContaining('400000') });
    // Members behind each other count together.
    const members = Buffer.concat([gzipSync(Buffer.alloc(3 * MIB, ' ')), gzipSync(Buffer.alloc(3 * MIB, ' '))]);
    expect(await refusals(server, members, { headers: GZIP })).toEqual([413, 8, expect.stringContaining('4 MiB')]);
  });

  it('while too much of one log is being received, which others do not feel (H94)', async () => {
    const server = await startServer();
    const path = (channel: string): string =>
      `/log-stream/otlp/${channel}/v1/logs?topic=${encodeURIComponent(server.sign(channel, { write: true }))}`;
    const slow = Array.from({ length: 5 }, () => upload(server, path('run:1'), JSON_TYPE, 'POST'));
    for (const { request } of slow) request.write(Buffer.alloc(4 * MIB, ' '));
    const first = await Promise.race(slow.map(({ answer }) => answer));
    expect([first.status, first.json()['code'], first.headers['retry-after']]).toEqual([429, 8, '1']);
    expect((await ask(server, path('run:2'), { method: 'POST', headers: JSON_TYPE, body: ONE })).status).toBe(200);
    for (const { request } of slow) request.destroy();
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(0));
    expect((await post(server, ONE)).status).toBe(200);
  });

  it('for a log that has ended, for good (H94)', async () => {
    const server = await startServer();
    await server.logs.writer('run:1').end(0);
    const answer = await post(server, ONE);
    expect([answer.status, answer.json()['code']]).toEqual([409, 9]);
  });

  it('while the store is down, to be sent again (H94)', async () => {
    const store = new HookedStore();
    const server = await startServer({ store });
    store.beforeAppend = () => Promise.reject(new StoreUnavailableError('The disk is full.'));
    const answer = await post(server, ONE);
    expect([answer.status, answer.json()['code'], answer.headers['retry-after']]).toEqual([503, 14, '1']);
    store.beforeAppend = () => Promise.resolve();
    expect((await post(server, ONE)).status).toBe(200);
  });

  it('while the server closes, to be sent again (H94)', async () => {
    const store = new MemoryStore();
    const server = await startServer({ store });
    const topic = encodeURIComponent(server.sign('run:1', { write: true }));
    const { request, answer } = upload(server, `/log-stream/otlp/run:1/v1/logs?topic=${topic}`, JSON_TYPE, 'POST');
    request.write('{');
    await vi.waitFor(() => expect(server.logs.stats().requests).toBe(1));
    await server.logs.close();
    expect([(await answer).status, (await answer).json()['code']]).toEqual([503, 14]);
  });
});

describe('an export from a page', () => {
  it('is allowed for origins that are', async () => {
    const server = await startServer({ allowOrigins: ['https://app.example.com'] });
    const headers = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'POST' };
    const preflight = await ask(server, '/log-stream/otlp/run:1/v1/logs', { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'POST, OPTIONS']);
    expect(preflight.headers['access-control-allow-headers']).toContain('Content-Type');
    const answer = await post(server, ONE, { headers: { Origin: 'https://app.example.com' } });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, 'https://app.example.com']);
  });
});
