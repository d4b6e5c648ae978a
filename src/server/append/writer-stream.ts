import { Writable } from 'node:stream';
import type { Level } from '../../protocol/marks/level.ts';

/** How a stream writes to its log. */
export interface WriterStreamOptions {
  /** The level of all lines, as for a write. @default as the text says */
  readonly level?: Level | undefined;
  /** Completes the log with this exit code when the stream has ended. @default the log stays open */
  readonly end?: number | undefined;
}

/** The parts of a writer that a stream uses. */
export interface StreamedWriter {
  write(chunk: Uint8Array | string, options?: { readonly level?: Level | undefined }): Promise<void>;
  endLine(): Promise<void>;
  end(code?: number): Promise<void>;
  readonly failed: AbortSignal;
}

/**
 * A Node stream into a writer, which several may share. It takes no more than the writer has room for. It has finished once everything
 * is durable, and emits the error of the writer if the log cannot take its lines. If it is destroyed, what was written stays.
 */
export class WriterStream extends Writable {
  readonly #writer: StreamedWriter;
  readonly #level: Level | undefined;
  readonly #end: number | undefined;
  readonly #onFailed = (): void => void this.destroy(reasonOf(this.#writer.failed.reason));

  constructor(writer: StreamedWriter, { level, end }: WriterStreamOptions = {}) {
    super();
    this.#writer = writer;
    this.#level = level;
    this.#end = end;
    // An append may fail while nothing is being written to the stream.
    writer.failed.addEventListener('abort', this.#onFailed);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    settle(this.#writer.write(chunk, { level: this.#level }), done);
  }

  override _final(done: Done): void {
    settle(this.#end === undefined ? this.#writer.endLine() : this.#writer.end(this.#end), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#writer.failed.removeEventListener('abort', this.#onFailed);
    const stored = this.writableFinished ? Promise.resolve() : this.#writer.endLine();
    const destroyed = (): void => done(error);
    stored.then(destroyed, destroyed);
  }
}

type Done = (error?: Error | null) => void;

function settle(written: Promise<void>, done: Done): void {
  written.then(
    () => done(),
    (error: unknown) => done(reasonOf(error)),
  );
}

function reasonOf(error: unknown): Error {
  return error instanceof Error ? error : new Error('The writer failed.', { cause: error });
}
