import Transport from 'winston-transport';
import { LEVEL, levelNamed, type Level } from '../../protocol/marks/level.ts';
import { LogSender } from './log-sender.ts';
import type { LogSenderOptions } from './options.ts';

/** The options of every transport of winston (`level`, `format`, `silent` …), and where to send entries. */
export interface LogStreamTransportOptions extends Transport.TransportStreamOptions, LogSenderOptions {
  /** What levels of your own mean, e.g. `{ audit: 'warn' }`. @default as the text of the entry says */
  readonly levels?: Readonly<Record<string, keyof typeof LEVEL>> | undefined;
}

/** Levels of winston that other programs do not have. */
const OTHERS: Readonly<Record<string, Level>> = {
  http: LEVEL.debug,
  silly: LEVEL.trace,
  help: LEVEL.info,
  data: LEVEL.info,
  prompt: LEVEL.info,
  input: LEVEL.debug,
};

/** Where winston keeps the level of an entry, which formats do not change, and its text. */
const LEVEL_KEY = Symbol.for('level');
const MESSAGE_KEY = Symbol.for('message');

type Entry = Readonly<Record<string | symbol, unknown>>;

/**
 * A transport of winston: entries become lines of a log, as its format writes them.
 *
 * @example
 * // The secret is LOG_STREAM_SECRET of the environment.
 * const logger = winston.createLogger({ transports: [new LogStreamTransport({ channel: 'app:api' })] });
 */
export class LogStreamTransport extends Transport {
  readonly #sender: LogSender;
  readonly #levels: ReadonlyMap<string, Level>;

  /** @throws {TypeError} For invalid options. */
  constructor(options: LogStreamTransportOptions) {
    super(options);
    this.#levels = new Map(Object.entries(options.levels ?? {}).map(([name, level]) => [name, LEVEL[level]]));
    this.#sender = new LogSender(options);
  }

  /** Called by winston. */
  override log(entry: Entry, next: () => void): void {
    setImmediate(() => this.emit('logged', entry));
    this.#sender.send(String(entry[MESSAGE_KEY]), this.#levelOf(String(entry[LEVEL_KEY])));
    next();
  }

  /** Resolves once all entries so far are durable, or are lost for good. Await it before `process.exit()`. */
  flush(): Promise<void> {
    return this.#sender.flush();
  }

  /** Called by winston when the transport is removed or its logger is closed. */
  override close(): void {
    void this.#sender.close();
  }

  override _final(done: () => void): void {
    void this.#sender.close().then(done);
  }

  #levelOf(name: string): Level | undefined {
    return this.#levels.get(name) ?? levelNamed(name) ?? OTHERS[name];
  }
}
