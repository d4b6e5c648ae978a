import type { OutgoingHttpHeaders } from 'node:http';

/** What went wrong, by name: the end of a problem's `type`, and its `code`. */
export type ProblemCode =
  | 'malformed'
  | 'unauthorized'
  | 'expired'
  | 'forbidden'
  | 'origin'
  | 'not-found'
  | 'method-not-allowed'
  | 'upgrade'
  | 'epoch'
  | 'truncated'
  | 'ended'
  | 'moved'
  | 'encoding'
  | 'crowded'
  | 'unavailable'
  | 'internal';

const KINDS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  malformed: [400, 'The request cannot be read'],
  unauthorized: [401, 'A signed topic is needed'],
  expired: [401, 'The signed topic has expired'],
  forbidden: [403, 'The signed topic does not allow this'],
  origin: [403, 'Pages of this origin are not let in'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'The method is not allowed'],
  upgrade: [426, 'A WebSocket is opened here'],
  epoch: [409, 'The log is another one now'],
  truncated: [410, 'The lines are not kept any more'],
  ended: [409, 'The log has ended'],
  moved: [409, 'The head is another one'],
  encoding: [415, 'The body is compressed'],
  crowded: [429, 'Too many connections'],
  unavailable: [503, 'The log cannot be reached at the moment'],
  internal: [500, 'The server failed'],
};

/** An answer that is an error, as RFC 9457 has it. Thrown by whoever finds out; `detail` says what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly #facts: Readonly<Record<string, unknown>>;

  /** `facts` become members of the problem object. */
  constructor(code: ProblemCode, detail: string, headers: OutgoingHttpHeaders = {}, facts: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.code = code;
    this.status = KINDS[code][0];
    this.headers = headers;
    this.#facts = facts;
  }

  /** The same with more headers. */
  with(headers: OutgoingHttpHeaders, facts: Readonly<Record<string, unknown>> = {}): Problem {
    return new Problem(this.code, this.message, { ...this.headers, ...headers }, { ...this.#facts, ...facts });
  }

  /** The body, `application/problem+json`. */
  get body(): string {
    const [status, title] = KINDS[this.code];
    return JSON.stringify({ type: `urn:log-stream:${this.code}`, title, status, detail: this.message, code: this.code, ...this.#facts });
  }
}
