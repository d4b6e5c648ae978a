/** A value of OpenTelemetry (`AnyValue`) as JSON has it: bytes in base64, integers beyond 2^53 as text. */
export type OtlpValue = string | number | boolean | null | readonly OtlpValue[] | { readonly [key: string]: OtlpValue };

/** What becomes of a record's line. Absent is what the record leaves out. */
export interface OtlpRecord {
  /** 1 to 24, or 0 if the record has none. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: OtlpValue;
  readonly attributes: Readonly<Record<string, OtlpValue>>;
  /** 32 hexadecimal digits, or empty. */
  readonly traceId: string;
}

/** How deep the values of a record may be nested. */
export const MAX_DEPTH = 64;

/** Objects and lists in an export, records included. Each costs time, however few bytes it has; real exports have a tenth of this. */
export const MAX_VALUES = 400_000;

/** An export is too large to be read, although its bytes are few. */
export class ExportTooLargeError extends Error {
  override readonly name = 'ExportTooLargeError';

  constructor() {
    super(`An export may hold ${MAX_VALUES} objects and lists at most: send fewer records at once.`);
  }
}

/** One record cannot be taken; the others of its export can. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

export function tooDeep(): RecordError {
  return new RecordError(`values are nested more than ${MAX_DEPTH} deep`);
}

/** An integer of 64 bits. */
export function integerValue(value: bigint): OtlpValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** JSON has no numbers that are not finite. */
export function doubleValue(value: number): OtlpValue {
  return Number.isFinite(value) ? value : String(value);
}
