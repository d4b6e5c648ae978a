import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A value as OTLP has it in JSON. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string | number }
  | { readonly doubleValue: number }
  | { readonly bytesValue: string }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly Pair[] } };

export interface Pair {
  readonly key: string;
  readonly value: AnyValue;
}

/** A record as OTLP has it in JSON. */
export interface JsonRecord {
  readonly timeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly body?: AnyValue;
  readonly attributes?: readonly Pair[];
  readonly traceId?: string;
}

const { Varint, Bit64, LengthDelimited } = WireType;

/** An export in JSON. */
export function jsonExport(records: readonly JsonRecord[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ scope: { name: 'test' }, logRecords: records }], schemaUrl: 'x' }],
    }),
  );
}

/** The same in protobuf. */
export function protobufExport(records: readonly JsonRecord[]): Buffer {
  const writer = new BinaryWriter();
  writer.tag(1, LengthDelimited).fork();
  writer.tag(1, LengthDelimited).fork().join();
  writer.tag(2, LengthDelimited).fork();
  writer.tag(1, LengthDelimited).fork().tag(1, LengthDelimited).string('test').join();
  for (const record of records) writeRecord(writer.tag(2, LengthDelimited).fork(), record).join();
  writer.join().tag(3, LengthDelimited).string('x').join();
  return Buffer.from(writer.finish());
}

function writeRecord(writer: BinaryWriter, record: JsonRecord): BinaryWriter {
  if (record.timeUnixNano !== undefined) writer.tag(1, Bit64).fixed64(record.timeUnixNano);
  if (record.severityNumber !== undefined) writer.tag(2, Varint).int32(record.severityNumber);
  if (record.severityText !== undefined) writer.tag(3, LengthDelimited).string(record.severityText);
  if (record.body !== undefined) writeValue(writer.tag(5, LengthDelimited).fork(), record.body).join();
  for (const pair of record.attributes ?? []) writePair(writer.tag(6, LengthDelimited).fork(), pair).join();
  writer.tag(8, WireType.Bit32).fixed32(1);
  if (record.traceId !== undefined) writer.tag(9, LengthDelimited).bytes(Buffer.from(record.traceId, 'hex'));
  if (record.eventName !== undefined) writer.tag(12, LengthDelimited).string(record.eventName);
  return writer;
}

function writeValue(writer: BinaryWriter, value: AnyValue): BinaryWriter {
  if ('stringValue' in value) return writer.tag(1, LengthDelimited).string(value.stringValue);
  if ('boolValue' in value) return writer.tag(2, Varint).bool(value.boolValue);
  if ('intValue' in value) return writer.tag(3, Varint).int64(value.intValue);
  if ('doubleValue' in value) return writer.tag(4, Bit64).double(value.doubleValue);
  if ('bytesValue' in value) return writer.tag(7, LengthDelimited).bytes(Buffer.from(value.bytesValue, 'base64'));
  const [field, items] = 'arrayValue' in value ? [5, value.arrayValue.values] : [6, value.kvlistValue.values];
  writer.tag(field, LengthDelimited).fork();
  for (const item of items) {
    writer.tag(1, LengthDelimited).fork();
    if ('key' in item) writePair(writer, item);
    else writeValue(writer, item);
    writer.join();
  }
  return writer.join();
}

function writePair(writer: BinaryWriter, { key, value }: Pair): BinaryWriter {
  writer.tag(1, LengthDelimited).string(key);
  return writeValue(writer.tag(2, LengthDelimited).fork(), value).join();
}
