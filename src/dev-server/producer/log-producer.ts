import type { Level } from '../../protocol/marks/level.ts';
import type { Endpoint } from '../client/endpoint.ts';
import type { TopicSource } from '../client/topic-signer.ts';
import type { Output } from '../processes/child-outputs.ts';
import { Appender } from './appender.ts';
import { SendQueue, type OutputRun } from './send-queue.ts';
import { LinePreview } from './line-preview.ts';

/** Queued bytes above which `write` waits. */
export const MAX_QUEUED_BYTES = 1_024 * 1_024;
/** Bytes in one append. */
const APPEND_BYTES = 256 * 1_024;
/** Longest line that is appended whole, characters. */
const MAX_LINE_LENGTH = 16 * 1_024 * 1_024;
/** ms until an unfinished line is previewed. */
const PREVIEW_DELAY = 100;

export interface ProducerOptions {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  readonly channel: string;
  readonly onTrouble: (message: string) => void;
  readonly giveUp: AbortSignal;
  readonly keepsAlive?: boolean;
}

type Phase = 'idle' | 'appending' | 'finishing' | 'finished' | 'failed';

/**
 * Appends to a log of a server over HTTP. Only one append is in flight at any time; output in the meantime is queued for the next, so
 * that lines of both outputs keep their order and each append is conditional on the one before.
 *
 *          complete lines
 *     idle ◀────────────▶ appending
 *      │      durable        │
 *      └────── finish ───────┴──▶ finishing ── all is durable ──▶ finished
 *
 *     idle, appending, finishing ── an append failed ──▶ failed
 *
 * The unfinished line is previewed only while idle.
 */
export class LogProducer {
  readonly channel: string;
  readonly #queue = new SendQueue(MAX_LINE_LENGTH);
  readonly #appender: Appender;
  readonly #preview: LinePreview;
  readonly #sending: Promise<void>;
  #wake: () => void = () => {};
  #waiting: (() => void)[] = [];
  /** Bytes of complete lines that are being appended, and those that are durable. */
  #appending = 0;
  #durable = 0;
  /** Callers that wait for so many bytes to be durable, in the order in which they came. */
  #waitingForLines: { readonly bytes: number; readonly resume: () => void }[] = [];
  #phase: Phase = 'idle';
  #failure: Error | undefined;
  #previewTimer: NodeJS.Timeout | undefined;

  constructor(options: ProducerOptions) {
    this.channel = options.channel;
    this.#appender = new Appender(options);
    this.#preview = new LinePreview(options.endpoint, options.topics, options.channel);
    this.#sending = this.#send();
    this.#sending.catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#enter('failed');
      this.#resumeWriters();
    });
  }

  /** Resolves when the log can be written to; rejects with CommandError when it cannot. */
  async ready(): Promise<void> {
    await this.#appender.ready();
  }

  /** Queues bytes, cut anywhere. Resolves when more can be written; rejects with CommandError when the log takes no more lines. */
  async write(chunk: Uint8Array, output: Output, level?: Level): Promise<void> {
    this.#throwFailure();
    this.#queue.push(chunk, output, level);
    this.#wake();
    if (this.#queue.bytes === 0) this.#schedulePreview();
    while (this.#queue.bytes > MAX_QUEUED_BYTES && this.#phase !== 'failed')
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#throwFailure();
  }

  /** Bytes of complete lines that are not durable yet. */
  get heldBytes(): number {
    return this.#queue.bytes + this.#appending;
  }

  /** Resolves once every line that is complete now is durable; rejects with CommandError when the log takes no more lines. */
  async durable(): Promise<void> {
    const bytes = this.#durable + this.heldBytes;
    if (bytes > this.#durable && this.#phase !== 'failed')
      await new Promise<void>((resume) => this.#waitingForLines.push({ bytes, resume }));
    this.#throwFailure();
  }

  /** Completes the unfinished line, but leaves the log and this producer open. */
  endLine(): void {
    this.#queue.finish();
    this.#wake();
  }

  /** Completes the unfinished line, and ends the log when a code is given. Resolves once everything is durable. */
  async finish(code?: number): Promise<void> {
    this.#queue.finish();
    if (this.#isOpen) this.#enter('finishing');
    this.#wake();
    await this.#sending;
    if (code !== undefined) await this.#appender.end(code);
  }

  get #isOpen(): boolean {
    return this.#phase === 'idle' || this.#phase === 'appending';
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
  }

  async #send(): Promise<void> {
    try {
      for (;;) {
        const run = this.#queue.next(APPEND_BYTES);
        if (run !== undefined) await this.#append(run);
        else if (this.#phase === 'finishing') return this.#enter('finished');
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#stopPreviewTimer();
      this.#preview.clear();
    }
  }

  async #append({ text, output, level, bytes }: OutputRun): Promise<void> {
    if (this.#phase === 'idle') this.#enter('appending');
    this.#stopPreviewTimer();
    this.#appending = bytes;
    await this.#appender.append(text, output, level);
    this.#appending = 0;
    this.#durable += bytes;
    // Only now: otherwise viewers would see the line disappear until the append arrives.
    this.#preview.clear();
    if (this.#phase === 'appending') this.#enter('idle');
    this.#resumeWriters();
    if (this.#queue.bytes === 0) this.#schedulePreview();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #resumeWriters(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    const reached = this.#phase === 'failed' ? Infinity : this.#durable;
    while (this.#waitingForLines[0] !== undefined && this.#waitingForLines[0].bytes <= reached) this.#waitingForLines.shift()?.resume();
  }

  #schedulePreview(): void {
    if (this.#previewTimer !== undefined || !this.#isOpen || this.#queue.unfinishedLine() === undefined) return;
    this.#previewTimer = setTimeout(() => {
      this.#previewTimer = undefined;
      this.#showPreview().catch(() => this.#preview.clear());
    }, PREVIEW_DELAY);
  }

  async #showPreview(): Promise<void> {
    if (this.#phase !== 'idle') return;
    const base = await this.#appender.base();
    const unfinished = this.#queue.unfinishedLine();
    // A line that was completed in the meantime is appended instead.
    if (unfinished !== undefined && this.#phase === 'idle' && this.#queue.bytes === 0)
      await this.#preview.show(unfinished.line, unfinished.output, base);
  }

  #stopPreviewTimer(): void {
    clearTimeout(this.#previewTimer);
    this.#previewTimer = undefined;
  }
}
