import { randomUUID } from 'node:crypto';
import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import type { Position } from '../../protocol/position.ts';
import type { ServerContext } from '../context.ts';
import { NO_LOG, type Batch, type LogTail, type News } from '../store.ts';
import { colour, lineExtra, type CarriedPen } from './colour.ts';
import { AppendConflictError } from './append-conflict-error.ts';
import { LineAssembler, type LinePiece } from './line-assembler.ts';
import { LineQueue } from './line-queue.ts';
import type { Holder } from './unfinished-line/open-text.ts';
import { PartPublisher } from './unfinished-line/part-publisher.ts';

export interface WriterOptions {
  /** The lines were written to stderr. @default false */
  readonly stderr?: boolean;
  /** Every write is made only if the head is the one this writer left; this one at first. */
  readonly at?: Batch['at'];
  /** What the caller knows of the log already; saves a round trip where its colours are not the default. */
  readonly tail?: LogTail;
}

/**
 * Appends what one producer writes to one log, in order. A method that rejects leaves the writer of no further use: what
 * it had taken and not made durable is not written. Rejects with StoreUnavailableError, or with {@link AppendConflictError}.
 */
export interface Writer {
  /** Takes a chunk, cut anywhere. Resolves when there is room for the next one. */
  write(chunk: Uint8Array | string): Promise<void>;
  /** What is left without a line end is a line. Resolves once all is durable. Nothing can be written behind it. */
  finish(): Promise<void>;
  /** As `finish`, and the log is complete. @param code exit code; 128 + N for a process killed by signal N. @default 0 */
  end(code?: number): Promise<void>;
  /** The producer broke off: as `finish`, but a conditional writer drops what is left without a line end. */
  abort(): Promise<void>;
  /** Makes the complete lines durable and drops what is left, so that the producer can go on behind the head. */
  stop(): Promise<void>;
  /** The last line that this writer made durable; undefined before the first. */
  readonly position: Position | undefined;
  /** The log as this writer last heard of it. */
  readonly tail: LogTail;
  /** Aborted when an append failed: for a caller that has nothing to write at the moment, and so would not hear of it. */
  readonly failed: AbortSignal;
}

export function openWriter(context: WriterContext, channel: string, options: WriterOptions = {}): Writer {
  return new LogWriter(context, channel, options);
}

/** What a writer needs of the server. */
export type WriterContext = Pick<ServerContext, 'store' | 'retainer' | 'limits' | 'openText'>;

class LogWriter implements Writer, Holder {
  readonly #context: WriterContext;
  readonly #channel: string;
  readonly #stderr: boolean;
  readonly #conditional: boolean;
  readonly #assembler: LineAssembler;
  readonly #queue = new LineQueue();
  readonly #part: PartPublisher;
  #unwatch: (() => void) | undefined;
  /** Another writer got in between: nothing of this one is written any more. */
  #isOvertaken = false;
  #at: Batch['at'];
  #tail: LogTail;
  /** An escape sequence cut in two by the end of the last batch. */
  #cut = '';
  #position: Position | undefined;
  #closed = false;
  #ended = false;
  #failure: Error | undefined;
  readonly #failed = new AbortController();
  #draining: Promise<void> | undefined;
  #roomWaiters: (() => void)[] = [];

  constructor(context: WriterContext, channel: string, { stderr = false, at, tail = NO_LOG }: WriterOptions) {
    this.#context = context;
    this.#channel = channel;
    this.#stderr = stderr;
    this.#conditional = at !== undefined;
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

  write(chunk: Uint8Array | string): Promise<void> {
    return handled(this.#write(chunk));
  }

  finish(): Promise<void> {
    return handled(this.#close(true, undefined));
  }

  end(code = 0): Promise<void> {
    if (!Number.isInteger(code)) return handled(Promise.reject(new TypeError(`The exit code of a log is an integer, not ${code}.`)));
    return handled(this.#close(true, code));
  }

  abort(): Promise<void> {
    return handled(this.#close(!this.#conditional, undefined));
  }

  stop(): Promise<void> {
    return handled(this.#close(false, undefined));
  }

  // Not async up to the queue: chunks are taken in the order of the calls, whether the caller waits or not.
  #write(chunk: Uint8Array | string): Promise<void> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    this.#enqueue(this.#assembler.push(chunk));
    return this.#queue.isFull ? this.#room() : Promise.resolve();
  }

  #refusal(): Error | undefined {
    if (this.#failure !== undefined) return this.#failure;
    return this.#closed ? new Error('This writer is closed: open another one to append more.') : undefined;
  }

  #enqueue(pieces: readonly LinePiece[]): void {
    if (this.#queue.push(pieces)) this.#assembler.reopen(this.#queue.open);
    this.#sendOn();
    // Last, since it may let out what was just taken.
    this.#context.openText.set(this, this.#heldBytes);
  }

  letOut(): number {
    this.#queue.push(this.#assembler.release());
    this.#queue.letOut();
    this.#assembler.reopen([]);
    this.#sendOn();
    return this.#heldBytes;
  }

  get #heldBytes(): number {
    return this.#closed ? 0 : this.#assembler.restBytes + this.#queue.openBytes;
  }

  #sendOn(): void {
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
    this.#closed = true;
    if (keepRest) this.#queue.push(this.#assembler.end());
    else this.#queue.dropOpen();
    this.#context.openText.set(this, 0);
    this.#part.hold();
    try {
      await this.#draining;
      while (this.#failure === undefined && this.#queue.hasBatch) await this.#appendNext(code);
      if (this.#failure === undefined && code !== undefined && !this.#ended) await this.#append([], code);
    } catch (error) {
      this.#fail(error);
    }
    this.#takePartBack();
    this.#wakeWriters();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** One append is under way at any time; what comes meanwhile gathers and goes together. Never rejects. */
  async #drain(): Promise<void> {
    try {
      while (this.#queue.hasBatch && !this.#closed) {
        await this.#appendNext(undefined);
        this.#part.takeBack();
        this.#wakeWriters();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#draining = undefined;
      this.#wakeWriters();
    }
    if (this.#failure === undefined && !this.#closed) this.#showPart();
  }

  async #appendNext(code: number | undefined): Promise<void> {
    const pieces = this.#queue.take();
    await this.#append(pieces, this.#queue.hasBatch ? undefined : code);
  }

  async #append(pieces: readonly LinePiece[], end: number | undefined): Promise<void> {
    for (;;) {
      const carryIn = this.#tail.carry;
      const { lines, pen } = colour(pieces, { carry: carryIn, cut: this.#cut }, this.#stderr);
      const batch: Batch = { lines, time: Date.now(), carryIn, carryOut: pen.carry, at: this.#at, end };
      const result = await this.#context.store.append(this.#channel, batch);
      this.#tail = result.tail;
      if (result.ok) {
        this.#written(result.tail, lines.length, pen);
        this.#ended = end !== undefined;
        return;
      }
      // Another writer changed the colours in force: the same lines again, under those.
      if (result.reason !== 'carry') throw new AppendConflictError(result.reason, result.tail);
    }
  }

  #written({ epoch, head }: LogTail, count: number, pen: CarriedPen): void {
    this.#cut = pen.cut;
    if (count > 0) this.#position = { epoch, offset: head };
    if (this.#at !== undefined) this.#at = { epoch, offset: head };
    this.#context.retainer.appended(this.#channel);
  }

  #room(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#roomWaiters.push(() => (this.#failure === undefined ? resolve() : reject(this.#failure)));
    });
  }

  #wakeWriters(): void {
    if (this.#queue.isFull && this.#failure === undefined) return;
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const wake of waiters) wake();
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error('The store failed.', { cause: error });
    this.#queue.clear();
    this.#context.openText.set(this, 0);
    this.#takePartBack();
    this.#failed.abort(this.#failure);
  }

  /** For good. */
  #takePartBack(): void {
    this.#part.takeBack();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #showPart(): void {
    if (!this.#assembler.hasRest || this.#isOvertaken) return;
    if (this.#conditional) this.#unwatch ??= this.#context.store.watch(this.#channel, (news) => this.#hear(news));
    this.#part.show(() => this.#renderPart());
  }

  /** A conditional writer that is overtaken takes its part back together with the lines that did so, which most likely hold it. */
  #hear(news: News): void {
    if (news.kind !== 'lines' || news.tail.head <= (this.#at?.offset ?? 0)) return;
    if (this.#draining === undefined) this.#isOvertaken = true;
    this.#part.takeBack();
  }

  #renderPart(): Line {
    const { text, carry } = this.#assembler.open.show(this.#tail.carry);
    return [Date.now(), text, lineExtra(carry, false, this.#stderr) ?? {}];
  }
}

/** A caller that looks only at the last promise of a writer must not bring the process down by the ones before. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}
