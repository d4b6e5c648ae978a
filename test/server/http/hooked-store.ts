import type { Line } from '../../../src/protocol/line.ts';
import type { AppendResult, Batch, LogStore, ReadRange, ReadResult } from '../../../src/server/store.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { packLines, toNewLines } from '../../../src/server/lines/packed-lines.ts';
import { FaultyStore } from '../../support/faulty-store.ts';

/** A store whose appends and reads can be held up or overtaken, and that remembers what it was given. */
export class HookedStore extends FaultyStore {
  /** The store without faults. */
  readonly sound: LogStore;
  readonly batches: Batch[] = [];
  readonly parts: (Line | null)[] = [];
  /** Called before each append; may hold it up, fail it, or write something else first. */
  beforeAppend: (batch: Batch) => Promise<void> | void = () => undefined;
  /** Called before each read. */
  beforeRead: (range: ReadRange) => Promise<void> | void = () => undefined;

  constructor(sound: LogStore = new MemoryStore()) {
    super(sound);
    this.sound = sound;
  }

  override async append(channel: string, batch: Batch): Promise<AppendResult> {
    // The writer uses the memory of the lines again.
    const kept = { ...batch, lines: packLines(toNewLines(batch.lines)) };
    await this.beforeAppend(batch);
    const result = await super.append(channel, batch);
    this.batches.push(kept);
    return result;
  }

  override async read(channel: string, range: ReadRange): Promise<ReadResult> {
    await this.beforeRead(range);
    return super.read(channel, range);
  }

  override publishPart(channel: string, writer: string, line: Line | null): void {
    this.parts.push(line);
    super.publishPart(channel, writer, line);
  }
}

/** A door that is shut until it is opened. */
export class Gate {
  readonly passed: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
