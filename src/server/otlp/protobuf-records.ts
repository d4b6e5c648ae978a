import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import {
  doubleValue,
  ExportTooLargeError,
  integerValue,
  MAX_DEPTH,
  MAX_VALUES,
  RecordError,
  tooDeep,
  type OtlpRecord,
  type OtlpValue,
} from './otlp-record.ts';

/*
 * The numbers of fields are those of opentelemetry/proto/collector/logs/v1/logs_service.proto and what it imports. Records are read one
 * by one and only as far as lines need them, so that an export costs little more memory than its bytes.
 */
const { Varint, Bit64, LengthDelimited } = WireType;

const tag = (field: number, wire: WireType): number => field * 8 + wire;
const REQUEST = { resourceLogs: tag(1, LengthDelimited) };
const RESOURCE_LOGS = { scopeLogs: tag(2, LengthDelimited) };
const SCOPE_LOGS = { logRecords: tag(2, LengthDelimited) };
const RECORD = {
  severityNumber: tag(2, Varint),
  severityText: tag(3, LengthDelimited),
  body: tag(5, LengthDelimited),
  attributes: tag(6, LengthDelimited),
  traceId: tag(9, LengthDelimited),
  eventName: tag(12, LengthDelimited),
};
const VALUE = {
  text: tag(1, LengthDelimited),
  bool: tag(2, Varint),
  int: tag(3, Varint),
  double: tag(4, Bit64),
  array: tag(5, LengthDelimited),
  pairs: tag(6, LengthDelimited),
  bytes: tag(7, LengthDelimited),
};
const LIST = { values: tag(1, LengthDelimited) };
const PAIR = { key: tag(1, LengthDelimited), value: tag(2, LengthDelimited) };

/** A reader that counts the messages it came to. */
class CountingReader extends BinaryReader {
  messages = 0;
}

/**
 * The records of an export in protobuf, or why one cannot be taken. Throws if it is no export, and {@link ExportTooLargeError}. Unknown
 * fields are ignored.
 */
export function* protobufRecords(bytes: Uint8Array): Generator<OtlpRecord | RecordError> {
  const reader = new CountingReader(bytes);
  for (const resourceEnd of messages(reader, reader.len, REQUEST.resourceLogs))
    for (const scopeEnd of messages(reader, resourceEnd, RESOURCE_LOGS.scopeLogs))
      for (const end of messages(reader, scopeEnd, SCOPE_LOGS.logRecords)) yield recordOf(reader, end);
}

function recordOf(reader: CountingReader, end: number): OtlpRecord | RecordError {
  try {
    return readRecord(reader, end);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    reader.pos = end;
    return error;
  }
}

function readRecord(reader: CountingReader, end: number): OtlpRecord {
  const attributes: [string, OtlpValue][] = [];
  let [severityNumber, severityText, eventName, traceId] = [0, '', '', ''];
  let body: OtlpValue = null;
  for (const field of fields(reader, end)) {
    if (field === RECORD.severityNumber) severityNumber = reader.int32();
    else if (field === RECORD.severityText) severityText = reader.string();
    else if (field === RECORD.eventName) eventName = reader.string();
    else if (field === RECORD.body) body = valueOf(reader, endOf(reader, end), 1);
    else if (field === RECORD.attributes) attributes.push(pairOf(reader, endOf(reader, end), 1));
    else if (field === RECORD.traceId) traceId = traceIdOf(reader.bytes());
    else skip(reader, field);
  }
  return { severityNumber, severityText, eventName, body, attributes: Object.fromEntries(attributes), traceId };
}

function traceIdOf(bytes: Uint8Array): string {
  return bytes.length === 16 && bytes.some((byte) => byte !== 0) ? Buffer.from(bytes).toString('hex') : '';
}

function valueOf(reader: CountingReader, end: number, depth: number): OtlpValue {
  if (depth > MAX_DEPTH) throw tooDeep();
  let value: OtlpValue = null;
  for (const field of fields(reader, end)) {
    if (field === VALUE.text) value = reader.string();
    else if (field === VALUE.bool) value = reader.bool();
    else if (field === VALUE.int) value = integerValue(BigInt(reader.int64()));
    else if (field === VALUE.double) value = doubleValue(reader.double());
    else if (field === VALUE.bytes) value = Buffer.from(reader.bytes()).toString('base64');
    else if (field === VALUE.array)
      value = Array.from(messages(reader, endOf(reader, end), LIST.values), (itemEnd) => valueOf(reader, itemEnd, depth + 1));
    else if (field === VALUE.pairs)
      value = Object.fromEntries(
        Array.from(messages(reader, endOf(reader, end), LIST.values), (pairEnd) => pairOf(reader, pairEnd, depth + 1)),
      );
    else skip(reader, field);
  }
  return value;
}

function pairOf(reader: CountingReader, end: number, depth: number): [string, OtlpValue] {
  let key = '';
  let value: OtlpValue = null;
  for (const field of fields(reader, end)) {
    if (field === PAIR.key) key = reader.string();
    else if (field === PAIR.value) value = valueOf(reader, endOf(reader, end), depth);
    else skip(reader, field);
  }
  return [key, value];
}

/** The ends of the messages in one field of the message up to `end`. Each is read before the next is asked for. */
function* messages(reader: CountingReader, end: number, wanted: number): Generator<number> {
  for (const field of fields(reader, end)) {
    if (field === wanted) yield endOf(reader, end);
    else skip(reader, field);
  }
}

/** The tags of the fields of the message up to `end`. Each is read before the next is asked for. */
function* fields(reader: CountingReader, end: number): Generator<number> {
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    yield tag(field, wire);
  }
  if (reader.pos > end) throw new Error('a field is longer than its message');
}

/** Where the message that begins here ends. */
function endOf(reader: CountingReader, outer: number): number {
  reader.messages += 1;
  if (reader.messages > MAX_VALUES) throw new ExportTooLargeError();
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > outer) throw new Error('a message is longer than the one around it');
  return end;
}

function skip(reader: CountingReader, field: number): void {
  reader.skip(field % 8, Math.floor(field / 8));
}
