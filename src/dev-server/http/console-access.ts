import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowMethods, HttpProblem, readJson, sendJson, sendNothing } from './respond.ts';
import { refusal, type ListenPlace } from '../access/guard.ts';
import { parseHost } from '../util/hosts.ts';
import { isSame, PROOF_PATH, proofOf, type ConsoleToken } from '../access/console-token.ts';
import type { OneTimeCodes } from '../access/one-time-codes.ts';
import { SESSION_LIFE, type Sessions } from '../access/sessions.ts';

/** Where a browser gets its session. */
export const SESSION_PATH = '/console/session';

/** The header of what only pages of this origin know. */
const KEY_HEADER = 'log-console-key';
const KEY = /^[\w-]{32,128}$/u;
const NONCE = /^[\w-]{16,128}$/u;
/** A token, or a code, as JSON. */
const MAX_BODY_BYTES = 2_048;
/** Cookies of one name that are looked at: other ports of the host may set more of them. */
const MAX_COOKIES = 10;

const WITHOUT =
  'This needs the console token: open the address that log-stream printed in its terminal, or send Authorization: Console TOKEN, with the token in console-token of the data directory.';
const WRONG_TOKEN = 'The console token is not the one of this server: it is in the address that log-stream printed in its terminal.';
const WRONG_CODE =
  'The code in this address was used already, or is older than a minute: open the address that log-stream printed in its terminal.';
const CHALLENGE = { 'www-authenticate': 'Console realm="log-stream"' };

export interface ConsoleAccessOptions {
  readonly token: ConsoleToken;
  readonly sessions: Sessions;
  readonly codes: OneTimeCodes;
  /** Where the server listens, and by which names it may be called. */
  readonly place: () => ListenPlace;
}

/** Who may sign topics, run commands and see the list of logs: who has shown the console token, from this machine. */
export class ConsoleAccess {
  readonly #options: ConsoleAccessOptions;

  constructor(options: ConsoleAccessOptions) {
    this.#options = options;
  }

  /** Throws HttpProblem 403 or 401 unless a request may do all of it. */
  async require(request: IncomingMessage): Promise<void> {
    this.#pass(request);
    if (!(await this.#isKnown(request))) throw refused(WITHOUT);
  }

  /** Whether a request may do all of it. */
  async allows(request: IncomingMessage): Promise<boolean> {
    return refusal(this.#options.place(), request.headers) === undefined && (await this.#isKnown(request));
  }

  /** Answers what is asked for before somebody is known. Throws HttpProblem. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
    this.#pass(request);
    if (path === PROOF_PATH) {
      allowMethods(request, 'GET');
      await this.#prove(request, response, query.get('nonce') ?? '');
      return;
    }
    allowMethods(request, 'GET', 'POST');
    if (request.method === 'POST') await this.#begin(request, response);
    else if (await this.#isKnown(request)) sendNothing(response);
    else throw refused(WITHOUT);
  }

  #pass({ headers }: IncomingMessage): void {
    const why = refusal(this.#options.place(), headers);
    if (why !== undefined) throw new HttpProblem(403, why);
  }

  async #isKnown(request: IncomingMessage): Promise<boolean> {
    const { authorization } = request.headers;
    const token = await this.#options.token.current();
    // Who shows a token is judged by it.
    if (authorization !== undefined) return isSame(/^console +([!-~]+) *$/iu.exec(authorization)?.[1] ?? '', token);
    return this.#hasSession(request, token);
  }

  async #hasSession(request: IncomingMessage, token: string): Promise<boolean> {
    const key = keyOf(request);
    if (key === undefined) return false;
    for (const cookie of cookiesOf(request, this.#cookieName(request))) {
      if (await this.#options.sessions.isGood(token, { cookie, key })) return true;
    }
    return false;
  }

  /** Trades the token, or a code that stands in for it, for a session of the browser that sends it. */
  async #begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { sessions, codes, token } = this.#options;
    const body = await readJson(request, MAX_BODY_BYTES);
    const key = keyOf(request);
    if (key === undefined) throw new HttpProblem(400, 'The header Log-Console-Key is missing: send 32 to 128 letters and digits.');
    const given = body.get('token');
    const code = body.get('code');
    const current = await token.current();
    if (typeof given === 'string') {
      if (!isSame(given, current)) throw refused(WRONG_TOKEN);
    } else if (typeof code === 'string') {
      if (!codes.redeem(code)) throw refused(WRONG_CODE);
    } else {
      throw new HttpProblem(400, 'Send {"token": TOKEN}.');
    }
    // Other tabs go on with the session there is.
    if (await this.#hasSession(request, current)) {
      sendNothing(response);
      return;
    }
    const cookie = await sessions.begin(current, key);
    const age = SESSION_LIFE / 1_000;
    response.setHeader('set-cookie', `${this.#cookieName(request)}=${cookie}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict`);
    sendNothing(response);
  }

  async #prove(request: IncomingMessage, response: ServerResponse, nonce: string): Promise<void> {
    if (!NONCE.test(nonce)) throw new HttpProblem(400, 'Send ?nonce=NONCE: 16 to 128 letters and digits.');
    const token = await this.#options.token.current();
    sendJson(response, 200, { proof: proofOf(token, request.headers.host ?? '', nonce) });
  }

  /** Cookies do not know of ports, so servers at several ports of a host tell theirs apart by its name. */
  #cookieName({ headers }: IncomingMessage): string {
    return `log-stream-${parseHost(headers.host ?? '')?.port ?? 80}`;
  }
}

function refused(message: string): HttpProblem {
  return new HttpProblem(401, message, CHALLENGE);
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers[KEY_HEADER];
  return typeof key === 'string' && KEY.test(key) ? key : undefined;
}

function cookiesOf({ headers }: IncomingMessage, name: string): readonly string[] {
  const start = `${name}=`;
  return (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .slice(0, MAX_COOKIES)
    .map((pair) => pair.slice(start.length));
}
