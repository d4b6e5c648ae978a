import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { LEVEL, levelOfPino, type Level } from '../../protocol/marks/level.ts';
import type { LogSender } from './log-sender.ts';

/** The destination of a pino logger: takes the lines that it writes. It never emits an error, which would end the program. */
export class PinoStream extends Writable {
  readonly #sender: LogSender;
  readonly #decoder = new StringDecoder('utf8');
  /** What came after the last line end. */
  #rest = '';

  constructor(sender: LogSender) {
    super({ decodeStrings: false });
    this.#sender = sender;
  }

  /** Called by `logger.flush(done)`. */
  flush(done: () => void): void {
    void this.#sender.flush().then(done);
  }

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    const lines = (this.#rest + (typeof chunk === 'string' ? chunk : this.#decoder.write(chunk))).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#send(line);
    done();
  }

  override _final(done: () => void): void {
    if (this.#rest !== '') this.#send(this.#rest);
    void this.#sender.close().then(done);
  }

  #send(line: string): void {
    this.#sender.send(line, pinoLevel(line));
  }
}

/** The level in a line of pino's; undefined where it is not a number: then the text says what it is. */
function pinoLevel(line: string): Level | undefined {
  const number = /^\{"level":(\d+)[,}]/u.exec(line)?.[1];
  return number === undefined ? undefined : (levelOfPino(Number(number)) ?? LEVEL.trace);
}
