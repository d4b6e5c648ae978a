import { OutputPipe } from './output-pipe.ts';

/** Which of its two outputs a program wrote to. */
export type Output = 'out' | 'err';

/** Takes what a program wrote; nothing more is read until the promise resolves. */
export type OutputSink = (chunk: Buffer, output: Output) => Promise<void>;

/** What a program writes to: one pipe for both outputs, which keeps their order, or one for each, which tells them apart. */
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

  /** What to give the program as stdout and stderr. */
  get writeEnds(): readonly [number, number] {
    return [this.#out.writeEnd, (this.#err ?? this.#out).writeEnd];
  }

  /** The program was started: with it and all it started the pipes end. */
  handOver(): void {
    this.#out.handOver();
    this.#err?.handOver();
  }

  /** Hands all that is written to `sink` until the pipes end or `finish` is called. Rejects with what `sink` does. */
  async pump(sink: OutputSink): Promise<void> {
    await Promise.all([this.#out.pump((chunk) => sink(chunk, 'out')), this.#err?.pump((chunk) => sink(chunk, 'err'))]);
  }

  /** What was written until now is the last that counts. */
  finish(): void {
    this.#out.finish();
    this.#err?.finish();
  }

  /** For outputs that no program was given. */
  close(): void {
    this.#out.close();
    this.#err?.close();
  }
}
