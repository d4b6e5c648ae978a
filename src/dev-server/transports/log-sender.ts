import { writeSync } from 'node:fs';
import { LEVEL, type Level } from '../../protocol/marks/level.ts';
import { lineLevel } from '../../protocol/marks/line-level.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { senderTarget, type LogSenderOptions, type SenderTarget } from './options.ts';

/**
 * Sends the entries of a logging library to a log, in order and exactly once. It never fails the program that logs: what it cannot send
 * it holds within a bound, drops above that, and says on stderr and in the log how much. A program that ends by itself waits for it.
 */
export class LogSender {
  readonly #target: SenderTarget;
  readonly #producer: LogProducer;
  readonly #giveUp = new AbortController();
  readonly #say: (message: string) => void;
  readonly #onBeforeExit = (): void => void this.close();
  /** Entries dropped since the last one that was taken. */
  #dropped = 0;
  #hasFailed = false;
  #closed: Promise<void> | undefined;

  /** @throws {TypeError} For invalid options. */
  constructor(options: LogSenderOptions, say = sayOnStderr) {
    this.#target = senderTarget(options);
    this.#say = say;
    this.#producer = new LogProducer({ ...this.#target, onTrouble: say, giveUp: this.#giveUp.signal, keepsAlive: false });
    process.once('beforeExit', this.#onBeforeExit);
  }

  /** Sends an entry, which may have several lines. `level` counts whatever its text says. */
  send(text: string, level?: Level): void {
    const bytes = Buffer.from(`${text}\n`);
    if (this.#hasFailed || this.#producer.heldBytes + bytes.length > this.#target.bufferBytes) {
      this.#drop();
      return;
    }
    this.#tellDropped();
    this.#write(bytes, says(text, level) ? undefined : level);
  }

  /** Resolves once all entries sent so far are durable, or are lost for good. */
  async flush(): Promise<void> {
    await this.#producer.durable().catch(() => undefined);
  }

  /** Sends what is held, and ends the log if the options say so. Resolves when that is done, or given up. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    process.off('beforeExit', this.#onBeforeExit);
    const watch = this.#watch();
    try {
      this.#tellDropped();
      await this.#untilGivenUp(this.#producer.finish(this.#target.end));
    } catch (error) {
      this.#fail(error);
    } finally {
      clearInterval(watch);
      this.#target.endpoint.close();
    }
  }

  /** Rejects when this gives up, whatever the server does: it may have taken a request without answering it. */
  #untilGivenUp(finished: Promise<void>): Promise<void> {
    const { signal } = this.#giveUp;
    return Promise.race([
      finished,
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error(`The server took nothing for ${this.#target.closeTimeout} ms.`)));
      }),
    ]);
  }

  /** Gives up when the server has taken nothing for a while. */
  #watch(): NodeJS.Timeout {
    let before = this.#producer.heldBytes;
    return setInterval(() => {
      if (this.#producer.heldBytes === before) this.#giveUp.abort();
      before = this.#producer.heldBytes;
    }, this.#target.closeTimeout);
  }

  #write(bytes: Buffer, level: Level | undefined): void {
    this.#producer.write(bytes, 'out', level).catch((error: unknown) => this.#fail(error));
  }

  #drop(): void {
    if (this.#dropped++ > 0 || this.#hasFailed) return;
    this.#say(`The server takes no lines, and ${this.#target.bufferBytes} bytes of them are held: new ones are dropped until it does.`);
  }

  #tellDropped(): void {
    if (this.#dropped === 0 || this.#hasFailed) return;
    const message = `${this.#dropped} log ${this.#dropped === 1 ? 'entry was' : 'entries were'} dropped here, since the server took none.`;
    this.#dropped = 0;
    this.#say(message);
    this.#write(Buffer.from(`log-stream: ${message}\n`), LEVEL.warn);
  }

  /** The log takes no more entries. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const held = this.#producer.heldBytes;
    this.#say(
      `${messageOf(error)} ${held === 0 ? 'No' : `${held} bytes of log entries are lost, and no`} more are sent to ${this.#target.channel}.`,
    );
  }
}

/** Whether a server finds this level in the text by itself: entries that tell their level need no request of their own. */
function says(text: string, level: Level | undefined): boolean {
  return level === undefined || (!text.includes('\n') && lineLevel(shownText(text)) === level);
}

/** Written at once: the process may be about to exit, or its main thread may be waiting for this one. */
function sayOnStderr(message: string): void {
  try {
    writeSync(2, `log-stream: ${message}\n`);
  } catch {
    // Nobody reads it.
  }
}
