import type { Line } from '../../../src/protocol/line.ts';
import type { LogStore, LogTail } from '../../../src/server/store.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';

/** What was once true of one incarnation of a log; line N of it says so. */
export interface Incarnation {
  readonly id: number;
  first: number;
  head: number;
  end: number | undefined;
}

/** The model: what every log was and is, told by whoever writes it. */
export class Oracle {
  readonly #incarnations = new Map<string, Map<string, Incarnation>>();
  #ids = 0;

  /** An incarnation there is, or was. */
  of(channel: string, epoch: string): Incarnation | undefined {
    return this.#incarnations.get(channel)?.get(epoch);
  }

  text(channel: string, { id }: Incarnation, offset: number): string {
    return `${channel}, ${id}: ${offset}`;
  }

  /** Appends lines that say where they stand. */
  async append(store: LogStore, channel: string, tail: LogTail, count: number, end?: number): Promise<void> {
    const known = this.of(channel, tail.epoch) ?? { id: (this.#ids += 1), first: 1, head: 0, end: undefined };
    const lines = Array.from({ length: count }, (_, index): Line => [0, this.text(channel, known, tail.head + 1 + index)]);
    const texts = lines.map(([, text]) => [text] as const);
    const result = await store.append(channel, { lines: packLines(texts), time: Date.now(), carryIn: '', carryOut: '', end });
    if (!result.ok) throw new Error(`The append was refused: ${result.reason}`);
    this.learn(channel, result.tail, known);
  }

  /** How a log stands now. */
  learn(channel: string, { epoch, first, head, end }: LogTail, known = this.of(channel, epoch)): void {
    if (epoch === '' || known === undefined) return;
    Object.assign(known, { first, head, end });
    const epochs = this.#incarnations.get(channel) ?? new Map<string, Incarnation>();
    this.#incarnations.set(channel, epochs.set(epoch, known));
  }
}
