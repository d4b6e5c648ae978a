import { loadProtobuf, ProtobufMissingError } from './load-protobuf.ts';
import type { ExportEncoding, LogExport } from './read-export.ts';

/** The body of an answer. */
export interface ExportAnswer {
  readonly type: 'application/json' | 'application/x-protobuf';
  readonly body: Uint8Array;
}

type Protobuf = Awaited<ReturnType<typeof loadProtobuf>>;

/** The code of `google.rpc.Status` for a status of HTTP. */
const CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 409: 9, 413: 8, 415: 3, 429: 8, 503: 14 };
const INTERNAL = 13;

/** `ExportLogsServiceResponse`. Its `partial_success` is left out unless records were rejected. */
export function successAnswer(
  { rejected, reason }: Pick<LogExport, 'rejected' | 'reason'>,
  encoding: ExportEncoding,
): Promise<ExportAnswer> {
  if (rejected === 0) return answer(encoding, {}, () => new Uint8Array());
  const errorMessage = `Records were rejected, the first because ${reason}.`;
  return answer(encoding, { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage } }, ({ protobufPartialSuccess }) =>
    protobufPartialSuccess(rejected, errorMessage),
  );
}

/** `google.rpc.Status`. */
export function failureAnswer(status: number, message: string, encoding: ExportEncoding): Promise<ExportAnswer> {
  const code = CODES[status] ?? INTERNAL;
  return answer(encoding, { code, message }, ({ protobufStatus }) => protobufStatus(code, message));
}

async function answer(encoding: ExportEncoding, json: object, write: (protobuf: Protobuf) => Uint8Array): Promise<ExportAnswer> {
  if (encoding === 'protobuf') {
    try {
      return { type: 'application/x-protobuf', body: write(await loadProtobuf()) };
    } catch (error) {
      // Then JSON says so.
      if (!(error instanceof ProtobufMissingError)) throw error;
    }
  }
  return { type: 'application/json', body: Buffer.from(JSON.stringify(json)) };
}
