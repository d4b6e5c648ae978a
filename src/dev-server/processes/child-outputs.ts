import { OutputPipe } from './output-pipe.ts';

/** An output of a program: stdout or stderr. */
export type Output = 'out' | 'err';

/** Receives what a program wrote; nothing more is read until the promise resolves. */
export type OutputSink = (chunk: Buffer, output: Output) => Promise<void>;

/** The outputs of a program: one pipe for both, which keeps their order, or one for each, which tells them apart. */
export class ChildOutputs {
  readonly #out: OutputPipe;
  readonly #err: OutputPipe | undefined;

  private constructor(out: OutputPipe, err: OutputPipe | undefined) {
    this.#out = out;
    this.#err = err;
  }

  static async open(split: boolean): Promise<ChildOutputs> {
    const out = await OutputPipe.open();
    if (!split) return new ChildOutputs(out, undefined);
    try {
      return new ChildOutputs(out, await OutputPipe.open());
    } catch (error) {
      out.close();
      throw error;
    }
  }

  /** File descriptors for the program's stdout and stderr. */
  get writeEnds(): readonly [number, number] {
    return [this.#out.writeEnd, (this.#err ?? this.#out).writeEnd];
  }

  /** Call after the program was started. */
  handOver(): void {
    this.#out.handOver();
    this.#err?.handOver();
  }

  /** Passes everything that is written to `sink` until the pipes end or `finish` is called. Rejects when `sink` does. */
  async pump(sink: OutputSink): Promise<void> {
    await Promise.all([this.#out.pump((chunk) => sink(chunk, 'out')), this.#err?.pump((chunk) => sink(chunk, 'err'))]);
  }

  /** `pump` ends after what is in the pipes now. */
  finish(): void {
    this.#out.finish();
    this.#err?.finish();
  }

  /** For outputs that were given to no program. */
  close(): void {
    this.#out.close();
    this.#err?.close();
  }
}
