import type { OutgoingHttpHeaders } from 'node:http';

/** The kinds of problems: the last part of a problem's `type`, and its `code`. */
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
  | 'too-large'
  | 'encoding'
  | 'media-type'
  | 'crowded'
  | 'busy'
  | 'unavailable'
  | 'internal';

const KINDS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  malformed: [400, 'The request is malformed'],
  unauthorized: [401, 'A signed topic is required'],
  expired: [401, 'The signed topic has expired'],
  forbidden: [403, 'The signed topic does not allow this'],
  origin: [403, 'This origin is not allowed'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'The method is not allowed'],
  upgrade: [426, 'A WebSocket upgrade is required'],
  epoch: [409, 'The log was replaced'],
  truncated: [410, 'The lines are no longer kept'],
  ended: [409, 'The log has ended'],
  moved: [409, 'The head has moved'],
  'too-large': [413, 'The body is too large'],
  encoding: [415, 'The body is compressed'],
  'media-type': [415, 'The media type is not supported'],
  crowded: [429, 'Too many connections'],
  busy: [429, 'Too many searches'],
  unavailable: [503, 'Temporarily unavailable'],
  internal: [500, 'The server failed'],
};

/** An error answer (RFC 9457). Thrown where the error is found; `detail` says what to do. */
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

  /** A copy with more headers and facts. */
  with(headers: OutgoingHttpHeaders, facts: Readonly<Record<string, unknown>> = {}): Problem {
    return new Problem(this.code, this.message, { ...this.headers, ...headers }, { ...this.#facts, ...facts });
  }

  /** The body, `application/problem+json`. */
  get body(): string {
    const [status, title] = KINDS[this.code];
    return JSON.stringify({ type: `urn:log-stream:${this.code}`, title, status, detail: this.message, code: this.code, ...this.#facts });
  }
}
