import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { CommandError } from '../util/errors.ts';
import { keepPrivate, readPrivate, type OnWarning } from '../data/private-file.ts';

/** Where a program asks a server to prove that it knows the console token. */
export const PROOF_PATH = '/console/proof';

/** Bounds of a token's length: 16 random characters cannot be guessed. */
const MIN_LENGTH = 16;
const MAX_LENGTH = 512;

const REMEDY = `use ${MIN_LENGTH} to ${MAX_LENGTH} visible ASCII characters, such as what \`openssl rand -base64 32\` prints`;

export interface ConsoleTokenOptions {
  readonly dataDirectory: string;
  /** From --token or LOG_STREAM_CONSOLE_TOKEN; undefined: the one in the data directory. */
  readonly given: string | undefined;
  readonly onWarning: OnWarning;
  /** Called when the file was removed while the server runs, and another token was made. */
  readonly onRenewed: (token: string) => void;
}

/** The token that grants signing, running and listing. It is valid until its file is removed, so each use reads the file. */
export class ConsoleToken {
  readonly #options: ConsoleTokenOptions;
  #last: string;

  private constructor(options: ConsoleTokenOptions, last: string) {
    this.#options = options;
    this.#last = last;
  }

  /** Uses the given token, else the one in the data directory, where it is made when there is none. Throws CommandError. */
  static async open(options: ConsoleTokenOptions): Promise<ConsoleToken> {
    const { given, dataDirectory, onWarning } = options;
    const token = given ?? checkToken(await keepPrivate(pathIn(dataDirectory), onWarning), pathIn(dataDirectory));
    return new ConsoleToken(options, token);
  }

  /** The token as of the last use. */
  get last(): string {
    return this.#last;
  }

  /** The token that is valid now. */
  async current(): Promise<string> {
    const { given, dataDirectory, onRenewed } = this.#options;
    if (given !== undefined) return given;
    // Warnings about the file were given at the start.
    const token = checkToken(await keepPrivate(pathIn(dataDirectory), () => undefined), pathIn(dataDirectory));
    if (token !== this.#last) {
      this.#last = token;
      onRenewed(token);
    }
    return token;
  }
}

/** The token in a data directory; undefined when there is none. Throws CommandError. */
export async function readConsoleToken(dataDirectory: string): Promise<string | undefined> {
  const path = pathIn(dataDirectory);
  const token = await readPrivate(path);
  return token === undefined ? undefined : checkToken(token, path);
}

/** Throws CommandError unless a text is long enough and fit for a header; `where` names its source. */
export function checkToken(text: string, where: string): string {
  if (text.length >= MIN_LENGTH && text.length <= MAX_LENGTH && /^[!-~]*$/u.test(text)) return text;
  throw new CommandError(`The console token in ${where} is not valid: ${REMEDY}.`);
}

/** A text of 256 random bits. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether two texts are the same, in constant time. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Proves knowledge of the token without revealing it: a client sends its token only to a server that gives this proof. The host, as
 * the client sees it, is part of it, so that a server cannot pass on another server's proof.
 */
export function proofOf(token: string, host: string, nonce: string): string {
  return createHmac('sha256', token).update(`log-stream console\n${host.toLowerCase()}\n${nonce}`).digest('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'console-token');
}
