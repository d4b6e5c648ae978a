import type { Line } from '../../protocol/line.ts';
import {
  exists,
  NO_LOG,
  type AppendResult,
  type Batch,
  type LogStore,
  type MarkIndex,
  type LogTail,
  type LogEvent,
  type ReadRange,
  type ReadResult,
  type Retention,
} from '../store.ts';
import { unpackLines } from '../lines/packed-lines.ts';
import { advance, closedError, refusal, retainFrom } from './store-rules.ts';
import { LogEmitter } from './log-emitter.ts';
import { MemoryMarks } from './marks/memory-marks.ts';

interface StoredLog {
  tail: LogTail;
  /** Lines `tail.first` to `tail.head`. */
  lines: Line[];
  readonly marks: MemoryMarks;
}

function newLog(): StoredLog {
  return { tail: NO_LOG, lines: [], marks: new MemoryMarks() };
}

/**
 * Keeps logs in the memory of this process: for tests and throw-away use, and as the reference for the other stores. Only
 * retention bounds it, and nothing survives the process.
 */
export class MemoryStore implements LogStore {
  readonly #logs = new Map<string, StoredLog>();
  readonly #emitter = new LogEmitter();
  #isClosed = false;

  async tail(channel: string): Promise<LogTail> {
    return this.#log(channel)?.tail ?? NO_LOG;
  }

  async append(channel: string, batch: Batch): Promise<AppendResult> {
    const log = this.#log(channel) ?? newLog();
    const reason = refusal(log.tail, batch);
    if (reason !== undefined) return { ok: false, reason, tail: log.tail };
    const tail = advance(log.tail, batch);
    const lines = unpackLines(batch.lines, tail.time);
    log.tail = tail;
    for (const [at, line] of lines.entries()) {
      log.lines.push(line);
      log.marks.add(line, tail.head - lines.length + 1 + at);
    }
    if (exists(tail)) this.#logs.set(channel, log);
    if (lines.length > 0) this.#emitter.emit(channel, { kind: 'lines', tail, lines });
    else if (batch.end !== undefined) this.#emitter.emit(channel, { kind: 'changed' });
    return { ok: true, tail };
  }

  async read(channel: string, { after, limit, bytes }: ReadRange): Promise<ReadResult> {
    const { tail, lines: held } = this.#log(channel) ?? newLog();
    const lines: Line[] = [];
    if (after + 1 < tail.first) return { tail, lines };
    let left = bytes;
    for (let at = after + 1 - tail.first; lines.length < limit; at += 1) {
      const line = held[at];
      if (line === undefined) break;
      left -= Buffer.byteLength(line[1]);
      if (left < 0 && lines.length > 0) break;
      lines.push(line);
    }
    return { tail, lines };
  }

  readonly marks: MarkIndex = {
    levels: async (channel, query) => this.#logOrNone(channel, (log) => log.marks.levels(log, query)),
    groups: async (channel, query) => this.#logOrNone(channel, (log) => log.marks.groups(log, query)),
    seek: async (channel, query) => this.#logOrNone(channel, (log) => log.marks.seek(log, query)),
  };

  async trim(channel: string, retain: Retention, now: number): Promise<LogTail> {
    const log = this.#log(channel);
    if (log === undefined) return NO_LOG;
    const from = retainFrom(log.tail, retain, now);
    let first = log.tail.head + 1;
    let left = retain.bytes ?? Number.POSITIVE_INFINITY;
    while (first > from.line) {
      const line = log.lines[first - 1 - log.tail.first];
      if (line === undefined || line[0] < from.time) break;
      left -= Buffer.byteLength(line[1]);
      if (left < 0) break;
      first -= 1;
    }
    if (first > log.tail.first) {
      log.lines.splice(0, first - log.tail.first);
      log.tail = { ...log.tail, first };
      log.marks.trim(first);
      this.#emitter.emit(channel, { kind: 'changed' });
    }
    return log.tail;
  }

  async remove(channel: string): Promise<boolean> {
    this.#log(channel);
    const removed = this.#logs.delete(channel);
    if (removed) this.#emitter.emit(channel, { kind: 'changed' });
    return removed;
  }

  watch(channel: string, listener: (event: LogEvent) => void): () => void {
    return this.#emitter.add(channel, listener);
  }

  publishPart(channel: string, writer: string, line: Line | null): void {
    this.#emitter.emit(channel, { kind: 'part', writer, line });
  }

  async *channels(): AsyncIterable<string> {
    this.#checkOpen();
    yield* this.#logs.keys();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#logs.clear();
    this.#emitter.clear();
  }

  #logOrNone<T>(channel: string, work: (log: StoredLog) => T): T {
    return work(this.#log(channel) ?? newLog());
  }

  #log(channel: string): StoredLog | undefined {
    this.#checkOpen();
    return this.#logs.get(channel);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closedError();
  }
}
