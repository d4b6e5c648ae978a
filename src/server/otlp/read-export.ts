import { setImmediate } from 'node:timers/promises';
import { jsonRecords } from './json-records.ts';
import { RecordError, type OtlpRecord } from './otlp-record.ts';
import { loadProtobuf } from './load-protobuf.ts';
import { RecordLines, type RecordChunk } from './record-lines.ts';
import { levelOfRecord, textOfRecord } from './record-text.ts';

/** Records that are read before others have their turn. */
const SLICE = 500;

/** How the body of an export is encoded. */
export type ExportEncoding = 'json' | 'protobuf';

/** The records of an export as lines. */
export interface LogExport {
  readonly chunks: readonly RecordChunk[];
  /** How many records cannot be taken, and why not the first of them. */
  readonly rejected: number;
  readonly reason: string;
}

/**
 * Reads an export, in steps between which the process does other things. Rejects if it cannot be read: with ExportTooLargeError if it is
 * too large for that, with ProtobufMissingError if only the package for it is missing.
 */
export async function readExport(bytes: Buffer, encoding: ExportEncoding): Promise<LogExport> {
  if (encoding === 'json') return linesOf(jsonRecords(bytes));
  const { protobufRecords } = await loadProtobuf();
  return linesOf(protobufRecords(bytes));
}

async function linesOf(records: Iterable<OtlpRecord | RecordError>): Promise<LogExport> {
  const lines = new RecordLines();
  let rejected = 0;
  let reason = '';
  let read = 0;
  for (const record of records) {
    read += 1;
    if (read % SLICE === 0) await setImmediate();
    if (record instanceof RecordError) {
      if (rejected === 0) reason = record.message;
      rejected += 1;
    } else {
      lines.add(textOfRecord(record), levelOfRecord(record));
    }
  }
  return { chunks: lines.chunks, rejected, reason };
}
