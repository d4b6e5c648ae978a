import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import type { Position } from '../../protocol/position.ts';
import { NO_LOG, type Batch, type LogEvent, type LogStore, type LogTail } from '../store.ts';
import type { Level } from '../../protocol/marks/level.ts';
import { packedLines } from '../lines/packed-lines.ts';
import { plainExtra, type AnnotateOptions } from './annotator.ts';
import { BatchMemory } from './batch-memory.ts';
import { AppendConflictError } from './append-conflict-error.ts';
import { LineAssembler } from './line-assembler.ts';
import { LineQueue } from './line-queue.ts';
import type { PackedRun } from './packed-run.ts';
import { NOTHING_WRITTEN, PreparedBatch, type WriterState } from './prepared-batch.ts';
import type { OpenTextBudget, OpenTextHolder } from './unfinished-line/open-text-budget.ts';
import { PartPublisher } from './unfinished-line/part-publisher.ts';
import { WriterStream, type WriterStreamOptions } from './writer-stream.ts';

export interface WriterOptions {
  /** The lines were written to stderr. @default false */
  readonly stderr?: boolean;
  /** Append only while the head is where this writer left it; at first, only after this line. */
  readonly at?: Batch['at'];
  /** What the caller already knows of the log: saves a round trip where its colours are not the default. */
  readonly tail?: LogTail;
  /**
   * Whether levels, entries and groups are read from the text. Where this is wrong for a log, a level given with a write still
   * counts. @default true
   */
  readonly marks?: boolean;
  /** Chunks of bytes belong to the writer: the caller does not change them, so that they need no copy. @default false */
  readonly ownsChunks?: boolean;
}

/** How a chunk is written. */
export interface WriteOptions {
  /**
   * The level of the lines that begin in the chunk, whatever their text says: 1 trace, 5 debug, 9 info, 13 warn, 17 error, 21 fatal.
   * Lines of a stack trace, or indented below a warning or worse, still continue an entry of this level. @default as the text says
   */
  readonly level?: Level | undefined;
  /** The lines that begin in the chunk are one entry: those after the first continue it, whatever their text says. @default false */
  readonly entry?: boolean | undefined;
}

/**
 * Appends what one producer writes to one log, in order. Once a method has rejected the writer is of no further use, and
 * whatever it held that was not durable is not written. Rejects with StoreUnavailableError or {@link AppendConflictError}.
 */
export interface Writer {
  /** Adds a chunk, cut anywhere. Resolves when there is room for the next one. */
  write(chunk: Uint8Array | string, options?: WriteOptions): Promise<void>;
  /** Text left without a line end becomes a line. Resolves once everything written so far is durable; the writer stays open. */
  endLine(): Promise<void>;
  /**
   * A Node stream into this writer, for `pipe` and `pipeline`. The writer stays open when it ends, so that several can share it: both
   * outputs of a child process, say.
   */
  stream(options?: WriterStreamOptions): Writable;
  /** Ends the input: text left without a line end becomes the last line. Resolves once all of it is durable. */
  finish(): Promise<void>;
  /** Like `finish`, and completes the log. @param code exit code; 128 + N for a process killed by signal N. @default 0 */
  end(code?: number): Promise<void>;
  /** The producer was cut off. Like `finish`, but a conditional writer drops text left without a line end. */
  abort(): Promise<void>;
  /** Makes the complete lines durable and drops the rest, so that the producer can continue after the head. */
  stop(): Promise<void>;
  /** The last line this writer made durable; undefined before the first. */
  readonly position: Position | undefined;
  /** The log as the store last described it to this writer. */
  readonly tail: LogTail;
  /** Aborted when an append has failed, for a caller that is not waiting for a write at that moment. */
  readonly failed: AbortSignal;
}

/** The parts of a server that a writer uses. */
export interface WriterContext {
  readonly store: Pick<LogStore, 'append' | 'publishPart' | 'watch'>;
  readonly retainer: { appended(channel: string): void };
  readonly limits: { readonly lineBytes: number };
  /** Whether lines are marked at all. */
  readonly marks: boolean;
  readonly openText: OpenTextBudget;
}

export function openWriter(context: WriterContext, channel: string, options: WriterOptions = {}): Writer {
  return new LogWriter(context, channel, options);
}

type Phase = 'open' | 'closing' | 'closed' | 'failed';

/**
 * The one implementation of {@link Writer}.
 *
 *             finish, end, abort, stop           all is durable
 *     open ─────────────────────────────▶ closing ─────────────▶ closed
 *      │                                     │
 *      └────────── an append failed ─────────┴─────────────────▶ failed
 *
 * While open, at most one append is under way (`#draining`); lines written meanwhile go together in the next one. Callers wait once
 * these are a whole batch.
 */
class LogWriter implements Writer, OpenTextHolder {
  readonly #context: WriterContext;
  readonly #channel: string;
  readonly #annotate: AnnotateOptions;
  readonly #ownsChunks: boolean;
  readonly #isConditional: boolean;
  readonly #assembler: LineAssembler;
  readonly #queue = new LineQueue();
  readonly #part: PartPublisher;
  #phase: Phase = 'open';
  #failure: Error | undefined;
  readonly #failed = new AbortController();
  #draining: Promise<void> | undefined;
  #waitingForRoom: (() => void)[] = [];
  /** Lines that are durable, of all that the queue was given. */
  #durable = 0;
  /** Callers that wait for as many to be durable, in the order in which they came. */
  #waitingForLines: { readonly lines: number; readonly resume: () => void }[] = [];
  #at: Batch['at'];
  #tail: LogTail;
  #position: Position | undefined;
  #state: WriterState = NOTHING_WRITTEN;
  readonly #memory = new BatchMemory();
  #unwatch: (() => void) | undefined;
  /** Another writer appended first: this conditional one will write nothing more, so it shows no part. */
  #isOvertaken = false;

  constructor(context: WriterContext, channel: string, options: WriterOptions) {
    const { stderr = false, at, tail = NO_LOG, marks = true, ownsChunks = false } = options;
    this.#context = context;
    this.#channel = channel;
    this.#annotate = { stderr, marks: context.marks ? (marks ? 'text' : 'given') : 'none' };
    this.#ownsChunks = ownsChunks;
    this.#isConditional = at !== undefined;
    this.#at = at;
    this.#tail = tail;
    this.#assembler = new LineAssembler(context.limits.lineBytes);
    const id = randomUUID();
    this.#part = new PartPublisher(
      (line) => context.store.publishPart(channel, id, line),
      LIMITS.partInterval,
      (error) => this.#fail(error),
    );
  }

  get position(): Position | undefined {
    return this.#position;
  }

  get tail(): LogTail {
    return this.#tail;
  }

  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  write(chunk: Uint8Array | string, { level, entry }: WriteOptions = {}): Promise<void> {
    return handled(this.#write(typeof chunk === 'string' ? chunk : this.#kept(chunk), level, entry));
  }

  endLine(): Promise<void> {
    return handled(this.#endLine());
  }

  stream(options?: WriterStreamOptions): Writable {
    return new WriterStream(this, options);
  }

  finish(): Promise<void> {
    return handled(this.#close(true, undefined));
  }

  end(code = 0): Promise<void> {
    if (!Number.isInteger(code)) return handled(Promise.reject(new TypeError(`The exit code of a log must be an integer, not ${code}.`)));
    return handled(this.#close(true, code));
  }

  abort(): Promise<void> {
    return handled(this.#close(!this.#isConditional, undefined));
  }

  stop(): Promise<void> {
    return handled(this.#close(false, undefined));
  }

  // Not async up to the queue: chunks are added in the order of the calls, even if the caller does not wait.
  #write(chunk: Buffer | string, level: Level | undefined, isEntry: boolean | undefined): Promise<void> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    this.#enqueue(this.#assembler.push(chunk, level, isEntry));
    return this.#queue.isFull ? this.#room() : Promise.resolve();
  }

  #endLine(): Promise<void> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    this.#enqueue(this.#assembler.end());
    const lines = this.#queue.added;
    if (this.#durable === lines) return Promise.resolve();
    return this.#resumed((resume) => this.#waitingForLines.push({ lines, resume }));
  }

  /** A chunk that stays as it is while its lines wait. */
  #kept(chunk: Uint8Array): Buffer {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    return this.#ownsChunks ? bytes : Buffer.from(bytes);
  }

  #refusal(): Error | undefined {
    if (this.#failure !== undefined) return this.#failure;
    return this.#phase === 'open' ? undefined : new Error('This writer is closed: open another one to append more.');
  }

  #enqueue(runs: readonly PackedRun[]): void {
    if (this.#queue.push(runs)) this.#assembler.reopen(this.#queue.open);
    this.#advance();
    // Last, since it may flush the text just added.
    this.#context.openText.set(this, this.#heldBytes);
  }

  flush(): number {
    this.#queue.push(this.#assembler.flushRest());
    this.#queue.flushOpen();
    this.#assembler.reopen([]);
    this.#advance();
    return this.#heldBytes;
  }

  get #heldBytes(): number {
    return this.#phase === 'open' ? this.#assembler.restBytes + this.#queue.openBytes : 0;
  }

  #advance(): void {
    if (this.#queue.hasBatch) {
      this.#part.hold();
      this.#draining ??= this.#drain();
    } else if (this.#draining === undefined) {
      this.#showPart();
    }
  }

  async #close(keepRest: boolean, code: number | undefined): Promise<void> {
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal;
    this.#enter('closing');
    if (keepRest) this.#queue.push(this.#assembler.end());
    else this.#queue.dropOpen();
    this.#context.openText.set(this, 0);
    this.#part.hold();
    try {
      await this.#draining;
      let hasEnded = false;
      while (this.#failure === undefined && this.#queue.hasBatch) hasEnded = await this.#appendNext(code);
      if (this.#failure === undefined && code !== undefined && !hasEnded) await this.#append([], code);
      if (this.#failure === undefined) this.#enter('closed');
    } catch (error) {
      this.#fail(error);
    }
    this.#closePart();
    this.#resumeWriters();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Appends batch after batch until none is ready. Never rejects. */
  async #drain(): Promise<void> {
    try {
      while (this.#queue.hasBatch && this.#phase === 'open') {
        await this.#appendNext(undefined);
        this.#part.retract();
        this.#resumeWriters();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#draining = undefined;
      this.#memory.clear();
      this.#resumeWriters();
    }
    if (this.#phase === 'open') this.#showPart();
  }

  /** Appends the next batch; the last one ends the log, if `code` is given. Resolves to whether it did. */
  async #appendNext(code: number | undefined): Promise<boolean> {
    const runs = this.#queue.nextBatch();
    // The producer is read while this batch is made durable: one more gathers meanwhile.
    this.#resumeWriters();
    const end = this.#queue.hasBatch ? undefined : code;
    await this.#append(runs, end);
    return end !== undefined;
  }

  async #append(runs: readonly PackedRun[], end: number | undefined): Promise<void> {
    const body = this.#memory.join(runs);
    for (;;) {
      const prepared = new PreparedBatch(runs, this.#state, this.#tail, this.#annotate);
      const lines = packedLines(prepared.count, body, prepared.extras);
      const batch: Batch = { lines, time: Date.now(), ...prepared.conditions, at: this.#at, end };
      const result = await this.#context.store.append(this.#channel, batch);
      this.#tail = result.tail;
      if (result.ok) {
        this.#state = prepared.after(result.tail);
        this.#appended(result.tail, prepared.count);
        return;
      }
      // Another writer changed what the lines depend on: append the same lines under that.
      if (result.reason !== 'carry') throw new AppendConflictError(result.reason, result.tail);
    }
  }

  #appended({ epoch, head }: LogTail, count: number): void {
    this.#durable += count;
    if (count > 0) this.#position = { epoch, offset: head };
    if (this.#at !== undefined) this.#at = { epoch, offset: head };
    this.#context.retainer.appended(this.#channel);
  }

  #room(): Promise<void> {
    return this.#resumed((resume) => this.#waitingForRoom.push(resume));
  }

  /** Resolves when it is resumed, unless this writer has failed. */
  #resumed(wait: (resume: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => wait(() => (this.#failure === undefined ? resolve() : reject(this.#failure))));
  }

  #resumeWriters(): void {
    this.#resumeWaitingForLines();
    if (this.#queue.isFull && this.#failure === undefined) return;
    const waiting = this.#waitingForRoom;
    this.#waitingForRoom = [];
    for (const resume of waiting) resume();
  }

  #resumeWaitingForLines(): void {
    const reached = this.#failure === undefined ? this.#durable : Infinity;
    while (this.#waitingForLines[0] !== undefined && this.#waitingForLines[0].lines <= reached) this.#waitingForLines.shift()?.resume();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error('The store failed.', { cause: error });
    this.#enter('failed');
    this.#queue.clear();
    this.#context.openText.set(this, 0);
    this.#closePart();
    this.#failed.abort(this.#failure);
  }

  /** Retracts the part for good. */
  #closePart(): void {
    this.#part.retract();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #showPart(): void {
    if (!this.#assembler.hasRest || this.#isOvertaken) return;
    if (this.#isConditional) this.#unwatch ??= this.#context.store.watch(this.#channel, (event) => this.#onEvent(event));
    this.#part.show(() => this.#renderPart());
  }

  /** A conditional writer that is overtaken retracts its part along with the lines that did so, which most likely contain it. */
  #onEvent(event: LogEvent): void {
    if (event.kind !== 'lines' || event.tail.head <= (this.#at?.offset ?? 0)) return;
    if (this.#draining === undefined) this.#isOvertaken = true;
    this.#part.retract();
  }

  #renderPart(): Line {
    const { text, carry } = this.#assembler.open.show(this.#tail.carry);
    return [Date.now(), text, plainExtra(carry, false, this.#annotate.stderr) ?? {}];
  }
}

/** A caller may await only the last promise of a writer: rejections of the earlier ones must not end the process. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}
