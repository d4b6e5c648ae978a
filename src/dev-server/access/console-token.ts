import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { CommandError } from '../util/errors.ts';
import { keepPrivate, readPrivate, type OnWarning } from '../data/private-file.ts';

/** Where a program asks a server to prove that it knows the console token. */
export const PROOF_PATH = '/console/proof';

/** Fewest characters of a token: 16 of a random text cannot be guessed. */
const SHORTEST = 16;
const LONGEST = 512;

const REMEDY = `use ${SHORTEST} to ${LONGEST} visible ASCII characters, such as what \`openssl rand -base64 32\` prints`;

export interface ConsoleTokenOptions {
  readonly dataDirectory: string;
  /** From LOG_STREAM_CONSOLE_TOKEN; undefined: the one that the directory keeps. */
  readonly given: string | undefined;
  readonly onWarning: OnWarning;
  /** The file was removed while the server runs, and another token was made. */
  readonly onRenewed: (token: string) => void;
}

/** The token that lets somebody sign, run and list. It is good until its file is removed: each use looks. */
export class ConsoleToken {
  readonly #options: ConsoleTokenOptions;
  #last: string;

  private constructor(options: ConsoleTokenOptions, last: string) {
    this.#options = options;
    this.#last = last;
  }

  /** Takes the token that was given, else the one of the directory, made there when there is none. Throws CommandError. */
  static async open(options: ConsoleTokenOptions): Promise<ConsoleToken> {
    const { given, dataDirectory, onWarning } = options;
    const token = given ?? checkToken(await keepPrivate(pathIn(dataDirectory), onWarning), pathIn(dataDirectory));
    return new ConsoleToken(options, token);
  }

  /** The token as it was known last. */
  get last(): string {
    return this.#last;
  }

  /** The token that is good now. */
  async current(): Promise<string> {
    const { given, dataDirectory, onRenewed } = this.#options;
    if (given !== undefined) return given;
    // What there is to warn about was said at the start.
    const token = checkToken(await keepPrivate(pathIn(dataDirectory), () => undefined), pathIn(dataDirectory));
    if (token !== this.#last) {
      this.#last = token;
      onRenewed(token);
    }
    return token;
  }
}

/** The token that a data directory keeps; undefined when it keeps none. Throws CommandError. */
export async function readConsoleToken(dataDirectory: string): Promise<string | undefined> {
  const path = pathIn(dataDirectory);
  const token = await readPrivate(path);
  return token === undefined ? undefined : checkToken(token, path);
}

/** Throws CommandError unless a text is hard to guess and can stand in a header; `where` says where it comes from. */
export function checkToken(text: string, where: string): string {
  if (text.length >= SHORTEST && text.length <= LONGEST && /^[!-~]*$/u.test(text)) return text;
  throw new CommandError(`The console token in ${where} is not one: ${REMEDY}.`);
}

/** A text that nobody can guess. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether two texts are the same; how long it takes does not depend on where they differ. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * What a server answers to show that it knows the token, without telling it: a client sends its token to no other. The host, as
 * the client sees it, keeps one server from passing on what another one answered.
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
