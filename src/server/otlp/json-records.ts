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

type JsonObject = Readonly<Record<string, unknown>>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/**
 * The records of an export in JSON, or why one cannot be taken. Throws if it is no export, and {@link ExportTooLargeError}. Unknown keys
 * are ignored.
 */
export function* jsonRecords(bytes: Buffer): Generator<OtlpRecord | RecordError> {
  if (countValues(bytes) > MAX_VALUES) throw new ExportTooLargeError();
  const request: unknown = JSON.parse(bytes.toString());
  if (!isObject(request)) throw new Error('the body is not an object');
  for (const resource of objects(request, 'resourceLogs'))
    for (const scope of objects(resource, 'scopeLogs')) for (const record of list(scope, 'logRecords')) yield recordOf(record);
}

/** How many objects and lists a JSON text has. To count takes a hundredth of the time that it takes to parse them. */
function countValues(bytes: Buffer): number {
  let count = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) inText = !inText;
    else if (inText && byte === BACKSLASH) at += 1;
    else if (!inText && (byte === OPENING_BRACE || byte === OPENING_BRACKET)) count += 1;
  }
  return count;
}

function recordOf(record: unknown): OtlpRecord | RecordError {
  try {
    if (!isObject(record)) throw new RecordError('it is not an object');
    return {
      severityNumber: severityNumber(record['severityNumber']),
      severityText: text(record, 'severityText'),
      eventName: text(record, 'eventName'),
      body: record['body'] === undefined || record['body'] === null ? null : valueOf(record['body'], 1),
      attributes: pairs(record, 'attributes', 1),
      traceId: traceId(text(record, 'traceId')),
    };
  } catch (error) {
    if (error instanceof RecordError) return error;
    throw error;
  }
}

/** A number in OTLP's JSON; by its name in that of protobuf in general, which some clients send. */
function severityNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  const [, name = '', step = '1'] = /^SEVERITY_NUMBER_([A-Z]+)([234])?$/u.exec(value) ?? [];
  const first = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].indexOf(name);
  return first === -1 ? 0 : first * 4 + Number(step);
}

function traceId(id: string): string {
  return /^[\da-f]{32}$/iu.test(id) && !/^0+$/u.test(id) ? id.toLowerCase() : '';
}

/** The first key that a value has, in any order: there is only one. */
function valueOf(value: unknown, depth: number): OtlpValue {
  if (!isObject(value)) throw new RecordError('a value is not an object such as {"stringValue":"text"}');
  if (depth > MAX_DEPTH) throw tooDeep();
  if ('stringValue' in value) return text(value, 'stringValue');
  if ('boolValue' in value) return value['boolValue'] === true;
  if ('intValue' in value) return integer(value['intValue']);
  if ('doubleValue' in value) return doubleValue(Number(value['doubleValue']));
  if ('bytesValue' in value) return text(value, 'bytesValue');
  const { arrayValue, kvlistValue } = value;
  if (isObject(arrayValue)) return list(arrayValue, 'values', RecordError).map((item) => valueOf(item, depth + 1));
  if (isObject(kvlistValue)) return pairs(kvlistValue, 'values', depth + 1);
  return null;
}

function integer(value: unknown): OtlpValue {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && /^-?\d{1,20}$/u.test(value)) return integerValue(BigInt(value));
  throw new RecordError('an integer cannot be read');
}

function pairs(holder: JsonObject, key: string, depth: number): Record<string, OtlpValue> {
  return Object.fromEntries(
    list(holder, key, RecordError).map((pair): [string, OtlpValue] => {
      if (!isObject(pair)) throw new RecordError('an attribute is not an object with key and value');
      const { value } = pair;
      return [text(pair, 'key'), value === undefined || value === null ? null : valueOf(value, depth)];
    }),
  );
}

function text(holder: JsonObject, key: string): string {
  const value = holder[key] ?? '';
  if (typeof value !== 'string') throw new RecordError(`${key} is not text`);
  return value;
}

function objects(holder: JsonObject, key: string): readonly JsonObject[] {
  const items = list(holder, key);
  if (!items.every(isObject)) throw new Error(`${key} holds something other than objects`);
  return items;
}

/** A list, which null or nothing stands for too if it is empty. */
function list(holder: JsonObject, key: string, Failure: new (message: string) => Error = Error): readonly unknown[] {
  const value = holder[key] ?? [];
  if (!Array.isArray(value)) throw new Failure(`${key} is not a list`);
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
