import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowMethods, HttpProblem, readJson, sendJson, sendNoContent } from './respond.ts';
import { refusal, type ListenPlace } from '../access/guard.ts';
import { parseHost } from '../util/hosts.ts';
import { isSame, PROOF_PATH, proofOf, type ConsoleToken } from '../access/console-token.ts';
import type { OneTimeCodes } from '../access/one-time-codes.ts';
import { SESSION_LIFE, type Sessions } from '../access/sessions.ts';

/** Where a browser gets its session. */
export const SESSION_PATH = '/console/session';

/** Carries the session's key, which only pages of this origin know. */
const KEY_HEADER = 'log-console-key';
const KEY = /^[\w-]{32,128}$/u;
const NONCE = /^[\w-]{16,128}$/u;
/** Largest request body: a token or a code as JSON. */
const MAX_BODY_BYTES = 2_048;
/** Cookies of one name that are tried: servers at other ports of the host may set more. */
const MAX_COOKIES = 10;

const NO_CREDENTIALS =
  'This needs the console token: open the address that log-stream printed in its terminal, or send Authorization: Console TOKEN with the token in the file console-token of the data directory.';
const WRONG_TOKEN = 'This is not the console token of this server. Open the address that log-stream printed in its terminal.';
const WRONG_CODE =
  'The code in this address was already used or is older than a minute. Open the address that log-stream printed in its terminal.';
const CHALLENGE = { 'www-authenticate': 'Console realm="log-stream"' };

export interface ConsoleAccessOptions {
  readonly token: ConsoleToken;
  readonly sessions: Sessions;
  readonly codes: OneTimeCodes;
  /** Where the server listens, and under which hosts. */
  readonly place: () => ListenPlace;
}

/** Guards signing, running commands and the list of logs: they need the console token, or a session that began with it, on this machine. */
export class ConsoleAccess {
  readonly #options: ConsoleAccessOptions;

  constructor(options: ConsoleAccessOptions) {
    this.#options = options;
  }

  /** Throws HttpProblem 403 or 401 unless a request is allowed. */
  async require(request: IncomingMessage): Promise<void> {
    this.#checkOrigin(request);
    if (!(await this.#isAuthenticated(request))) throw unauthorized(NO_CREDENTIALS);
  }

  /** Whether a request is allowed. */
  async allows(request: IncomingMessage): Promise<boolean> {
    return refusal(this.#options.place(), request.headers) === undefined && (await this.#isAuthenticated(request));
  }

  /** Answers the requests that need no session yet: beginning one, and proving the token. Throws HttpProblem. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
    this.#checkOrigin(request);
    if (path === PROOF_PATH) {
      allowMethods(request, 'GET');
      await this.#sendProof(request, response, query.get('nonce') ?? '');
      return;
    }
    allowMethods(request, 'GET', 'POST');
    if (request.method === 'POST') await this.#beginSession(request, response);
    else if (await this.#isAuthenticated(request)) sendNoContent(response);
    else throw unauthorized(NO_CREDENTIALS);
  }

  #checkOrigin({ headers }: IncomingMessage): void {
    const why = refusal(this.#options.place(), headers);
    if (why !== undefined) throw new HttpProblem(403, why);
  }

  async #isAuthenticated(request: IncomingMessage): Promise<boolean> {
    const { authorization } = request.headers;
    const token = await this.#options.token.current();
    // A token that was sent decides, even where the session would do.
    if (authorization !== undefined) return isSame(/^console +([!-~]+) *$/iu.exec(authorization)?.[1] ?? '', token);
    return this.#hasSession(request, token);
  }

  async #hasSession(request: IncomingMessage, token: string): Promise<boolean> {
    const key = keyOf(request);
    if (key === undefined) return false;
    for (const cookie of cookiesOf(request, this.#cookieName(request))) {
      if (await this.#options.sessions.isValid(token, { cookie, key })) return true;
    }
    return false;
  }

  /** Trades the token, or a one-time code, for a session of the browser that sends it. */
  async #beginSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { sessions, codes, token } = this.#options;
    const body = await readJson(request, MAX_BODY_BYTES);
    const key = keyOf(request);
    if (key === undefined) throw new HttpProblem(400, 'Missing header Log-Console-Key: send 32 to 128 letters and digits.');
    const given = body.get('token');
    const code = body.get('code');
    const current = await token.current();
    if (typeof given === 'string') {
      if (!isSame(given, current)) throw unauthorized(WRONG_TOKEN);
    } else if (typeof code === 'string') {
      if (!codes.redeem(code)) throw unauthorized(WRONG_CODE);
    } else {
      throw new HttpProblem(400, 'Send {"token": TOKEN}.');
    }
    // Other tabs use the session that exists.
    if (await this.#hasSession(request, current)) {
      sendNoContent(response);
      return;
    }
    const cookie = await sessions.begin(current, key);
    const age = SESSION_LIFE / 1_000;
    response.setHeader('set-cookie', `${this.#cookieName(request)}=${cookie}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict`);
    sendNoContent(response);
  }

  async #sendProof(request: IncomingMessage, response: ServerResponse, nonce: string): Promise<void> {
    if (!NONCE.test(nonce)) throw new HttpProblem(400, 'Send ?nonce=NONCE: 16 to 128 letters and digits.');
    const token = await this.#options.token.current();
    sendJson(response, 200, { proof: proofOf(token, request.headers.host ?? '', nonce) });
  }

  /** Cookies are shared by all ports of a host, so the name has the port. */
  #cookieName({ headers }: IncomingMessage): string {
    return `log-stream-${parseHost(headers.host ?? '')?.port ?? 80}`;
  }
}

function unauthorized(message: string): HttpProblem {
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
