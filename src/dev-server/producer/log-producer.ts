import type { Endpoint } from '../client/endpoint.ts';
import type { TopicSource } from '../client/topic-signer.ts';
import type { Output } from '../processes/child-outputs.ts';
import { Appender } from './appender.ts';
import { SendQueue } from './send-queue.ts';
import { LinePreview } from './line-preview.ts';

/** Bytes of complete lines that wait, above which the producer is made to wait. */
export const MAX_QUEUED_BYTES = 1_024 * 1_024;
/** Bytes in one append. */
const APPEND_BYTES = 256 * 1_024;
/** Longest line that is appended whole, characters. */
const MAX_LINE_LENGTH = 16 * 1_024 * 1_024;
/** ms until the unfinished line is shown. */
const PREVIEW_DELAY = 100;

export interface ProducerOptions {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  readonly channel: string;
  readonly onTrouble: (message: string) => void;
  readonly giveUp: AbortSignal;
}

/**
 * Appends to a log of a server over HTTP. One append is under way at any time, and what is written meanwhile gathers for the
 * next, so that lines of both outputs keep their order and each append can be conditional on the one before.
 */
export class LogProducer {
  readonly channel: string;
  readonly #queue = new SendQueue(MAX_LINE_LENGTH);
  readonly #appender: Appender;
  readonly #preview: LinePreview;
  readonly #pumped: Promise<void>;
  #wake: () => void = () => {};
  #room: (() => void)[] = [];
  #finishing = false;
  #appending = false;
  #failure: Error | undefined;
  #previewTimer: NodeJS.Timeout | undefined;

  constructor(options: ProducerOptions) {
    this.channel = options.channel;
    this.#appender = new Appender(options);
    this.#preview = new LinePreview(options.endpoint, options.topics, options.channel);
    this.#pumped = this.#pump();
    this.#pumped.catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#release();
    });
  }

  /** Resolves when the log can be written to; rejects with CommandError when it cannot. */
  async ready(): Promise<void> {
    await this.#appender.ready();
  }

  /** Takes bytes, cut anywhere. Resolves when more can be taken, rejects with CommandError when the log takes nothing any more. */
  async write(chunk: Uint8Array, output: Output): Promise<void> {
    this.#check();
    this.#queue.push(chunk, output);
    this.#wake();
    if (this.#queue.bytes === 0) this.#schedulePreview();
    while (this.#queue.bytes > MAX_QUEUED_BYTES && this.#failure === undefined)
      await new Promise<void>((resolve) => this.#room.push(resolve));
    this.#check();
  }

  /** Makes what is unfinished a line, but leaves the log and this producer open. */
  cut(): void {
    this.#queue.finish();
    this.#wake();
  }

  /** As `cut`, and completes the log when a code is given. Resolves once all of it is durable. */
  async finish(code?: number): Promise<void> {
    this.#queue.finish();
    this.#finishing = true;
    this.#wake();
    await this.#pumped;
    if (code !== undefined) await this.#appender.end(code);
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const run = this.#queue.next(APPEND_BYTES);
        if (run !== undefined) {
          this.#appending = true;
          this.#stopPreviewTimer();
          await this.#appender.append(run.text, run.output);
          // Not before: viewers would see the line disappear until it is there for good.
          this.#preview.clear();
          this.#appending = false;
          this.#release();
          if (this.#queue.bytes === 0) this.#schedulePreview();
        } else if (this.#finishing) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#stopPreviewTimer();
      this.#preview.clear();
    }
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #release(): void {
    const waiting = this.#room;
    this.#room = [];
    for (const resolve of waiting) resolve();
  }

  #schedulePreview(): void {
    if (this.#previewTimer !== undefined || this.#finishing || this.#queue.part() === undefined) return;
    this.#previewTimer = setTimeout(() => {
      this.#previewTimer = undefined;
      this.#showPart().catch(() => this.#preview.clear());
    }, PREVIEW_DELAY);
  }

  async #showPart(): Promise<void> {
    if (this.#appending || this.#finishing) return;
    const base = await this.#appender.base();
    const part = this.#queue.part();
    // A line may have been completed meanwhile: its append shows more than a preview would.
    if (part !== undefined && !this.#appending && !this.#finishing && this.#queue.bytes === 0)
      await this.#preview.show(part.line, part.output, base);
  }

  #stopPreviewTimer(): void {
    clearTimeout(this.#previewTimer);
    this.#previewTimer = undefined;
  }
}
