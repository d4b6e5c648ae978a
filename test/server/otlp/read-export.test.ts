import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { ExportTooLargeError, MAX_VALUES } from '../../../src/server/otlp/otlp-record.ts';
import { readExport, type LogExport } from '../../../src/server/otlp/read-export.ts';
import { jsonExport, protobufExport, type AnyValue, type JsonRecord } from './encode.ts';

const ENCODINGS = [
  ['json', jsonExport],
  ['protobuf', protobufExport],
] as const;

/** The lines of an export with their levels. */
function linesOf({ chunks }: LogExport): [string, number | undefined][] {
  return chunks.flatMap(({ texts, level }) => texts.map((text): [string, number | undefined] => [text, level]));
}

/** A value in arrays, `depth` deep. */
function nested(depth: number): AnyValue {
  return depth === 1 ? { stringValue: 'x' } : { arrayValue: { values: [nested(depth - 1)] } };
}

const value: fc.Arbitrary<AnyValue> = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }).map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((int) => ({ intValue: String(int) })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
    fc.uint8Array().map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc.array(fc.record({ key: fc.string(), value: tie('value') }), { maxLength: 4 }).map((values) => ({ kvlistValue: { values } })),
  ),
})).value;

const record: fc.Arbitrary<JsonRecord> = fc.record(
  {
    timeUnixNano: fc.bigInt(0n, 2n ** 63n).map(String),
    severityNumber: fc.integer({ min: 0, max: 30 }),
    severityText: fc.constantFrom('ERROR', 'warn', '', 'Custom'),
    eventName: fc.string(),
    body: value,
    attributes: fc.array(fc.record({ key: fc.string(), value }), { maxLength: 4 }),
    traceId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  },
  { requiredKeys: [] },
);

describe('an export', () => {
  it('becomes the same lines from JSON and from protobuf (H91)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 20 }), async (records) => {
        const [json, protobuf] = await Promise.all([
          readExport(jsonExport(records), 'json'),
          readExport(protobufExport(records), 'protobuf'),
        ]);
        expect(protobuf).toEqual(json);
        expect(json.rejected).toBe(0);
        expect(linesOf(json)).toHaveLength(records.length);
      }),
      { numRuns: 100 },
    );
  });

  it('never throws anything but a reason, whatever its bytes are', async () => {
    const whole = protobufExport([{ body: { stringValue: 'a' }, attributes: [{ key: 'b', value: nested(5) }] }]);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          // One that was damaged at one place, or cut off.
          fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => Buffer.from(whole).fill(byte, at, at + 1)),
          fc.nat(whole.length).map((length) => whole.subarray(0, length)),
        ),
        async (bytes) => {
          for (const encoding of ['json', 'protobuf'] as const) {
            const outcome = await readExport(bytes, encoding).catch((error: unknown) => error);
            expect(outcome instanceof Error || Array.isArray((outcome as LogExport).chunks)).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  describe.each(ENCODINGS)('in %s', (encoding, write) => {
    const read = (records: readonly JsonRecord[]): Promise<LogExport> => readExport(write(records), encoding);

    it.each([
      ['text', { stringValue: 'hello' }, 'hello'],
      ['text that ends its line itself', { stringValue: 'hello\n' }, 'hello'],
      ['text of several lines', { stringValue: 'a\nb' }, 'a\nb'],
      ['empty text', { stringValue: '' }, ''],
      ['a number', { intValue: '42' }, '{"body":42,"attributes":{"a":"b"},"traceId":"0102030405060708090a0b0c0d0e0f10"}'],
    ] as const)('is one line for a body of %s (H91)', async (_, body, expected) => {
      const records = [
        { body, attributes: [{ key: 'a', value: { stringValue: 'b' } }], traceId: '0102030405060708090A0B0C0D0E0F10' },
      ] satisfies JsonRecord[];
      expect(linesOf(await read(records))).toEqual([[expected, undefined]]);
    });

    it('has JSON with all kinds of values, each on one line (H91)', async () => {
      const values: readonly AnyValue[] = [
        { stringValue: 'a\nb' },
        { boolValue: false },
        { intValue: '9007199254740993' },
        { intValue: -7 },
        { doubleValue: 1.5 },
        { bytesValue: 'AQI=' },
        { kvlistValue: { values: [{ key: '__proto__', value: { stringValue: 'own' } }] } },
      ];
      const [[text] = ['']] = linesOf(await read([{ body: { arrayValue: { values } } }]));
      expect(text).toBe('{"body":["a\\nb",false,"9007199254740993",-7,1.5,"AQI=",{"__proto__":"own"}]}');
    });

    it('leaves out of JSON what a record does not have, and a trace id of zeros (H91)', async () => {
      const lines = linesOf(await read([{ traceId: '0'.repeat(32) }, { eventName: 'click' }]));
      expect(lines.map(([text]) => text)).toEqual(['{}', '{"eventName":"click"}']);
    });

    it('rounds severities down to levels, and takes their text where there is no number (H92)', async () => {
      const body = { stringValue: 'x' };
      const numbers = [0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25];
      const levels = linesOf(await read(numbers.map((severityNumber) => ({ severityNumber, body })))).map(([, level]) => level);
      const { trace, debug, info, warn, error, fatal } = LEVEL;
      const none = undefined;
      expect(levels).toEqual([none, trace, trace, debug, debug, info, info, warn, warn, error, error, fatal, fatal, none]);
      const named = await read(['Warning', 'CRITICAL', 'loud'].map((severityText) => ({ severityText, body })));
      expect(linesOf(named).map(([, level]) => level)).toEqual([warn, fatal, none]);
    });

    it('rejects a record that is nested too deep, and no other (H93)', async () => {
      const body = (text: string): JsonRecord => ({ body: { stringValue: text } });
      const { rejected, reason, ...lines } = await read([body('one'), { body: nested(64) }, { body: nested(65) }, body('two')]);
      expect([rejected, reason]).toEqual([1, 'values are nested more than 64 deep']);
      expect(linesOf({ rejected, reason, ...lines }).map(([text]) => text.slice(0, 8))).toEqual(['one', '{"body":', 'two']);
    });

    it('is refused if it holds more objects and lists than a server takes the time for (H94)', async () => {
      // Each of these is an object or a list: that of the record, three around it in JSON and two in protobuf, its body, and values.
      const holding = (values: number): readonly JsonRecord[] => [
        { body: { arrayValue: { values: Array.from({ length: values }, () => ({ boolValue: true })) } } },
      ];
      await expect(read(holding(MAX_VALUES - 20))).resolves.toMatchObject({ rejected: 0 });
      await expect(read(holding(MAX_VALUES))).rejects.toThrow(ExportTooLargeError);
    });

    it('may be empty', async () => {
      expect(await read([])).toEqual({ chunks: [], rejected: 0, reason: '' });
      if (encoding === 'protobuf') expect(await readExport(Buffer.alloc(0), encoding)).toEqual({ chunks: [], rejected: 0, reason: '' });
    });

    it('is refused as a whole if it was cut off', async () => {
      const whole = write([{ body: { stringValue: 'x'.repeat(100) } }]);
      await expect(readExport(whole.subarray(0, -30), encoding)).rejects.toThrow();
    });
  });

  it('in JSON rejects the records that are malformed, and no other (H93)', async () => {
    const logRecords = [
      7,
      null,
      { body: 'no object' },
      { body: { intValue: 'many' } },
      { body: { stringValue: 3 } },
      { attributes: {} },
      { attributes: [null] },
      { severityText: [] },
      { body: { stringValue: 'sound' }, unknown: { nested: true }, severityNumber: 'SEVERITY_NUMBER_WARN2' },
    ];
    const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }, { logRecords: null }, {}] }] }));
    const received = await readExport(body, 'json');
    expect(received).toMatchObject({ rejected: 8, reason: 'it is not an object' });
    expect(linesOf(received)).toEqual([['sound', LEVEL.warn]]);
  });

  it.each(['', '[]', 'null', '{"resourceLogs":3}', '{"resourceLogs":[3]}', '{"resourceLogs":[{"scopeLogs":"x"}]}', '{'.repeat(100_000)])(
    'in JSON is refused if it is %.40s',
    async (body) => {
      await expect(readExport(Buffer.from(body), 'json')).rejects.toThrow();
    },
  );

  it('in JSON may hold any number of brackets in its text', async () => {
    const stringValue = `${'[{'.repeat(MAX_VALUES)}"\\`;
    expect(linesOf(await readExport(jsonExport([{ body: { stringValue } }]), 'json'))).toEqual([[stringValue, undefined]]);
  });

  it('lets others have their turn while it is read', async () => {
    let turns = 0;
    const turn = setInterval(() => (turns += 1), 0);
    await readExport(jsonExport(Array.from({ length: 10_000 }, () => ({ body: { stringValue: 'x' } }))), 'json');
    clearInterval(turn);
    expect(turns).toBeGreaterThan(1);
  });

  it('holds as many chunks as its levels need', async () => {
    const body = { stringValue: 'x'.repeat(1_000) };
    const { chunks } = await readExport(
      jsonExport(Array.from({ length: 1_000 }, (_, at) => ({ body, severityNumber: at < 900 ? 9 : 17 }))),
      'json',
    );
    expect(chunks.length).toBeLessThan(20);
    expect(Math.max(...chunks.map(({ texts }) => texts.join('\n').length))).toBeLessThan(70_000);
  });
});
