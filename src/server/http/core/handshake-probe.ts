import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerProblem } from './answer.ts';
import type { Logger } from '../../log/logger.ts';
import { READABLE } from './headers.ts';
import { Problem } from '../../problem.ts';

const METHODS = 'GET, HEAD';
const NOT_PASSED =
  'A WebSocket handshake arrived as a plain request: have the host call handleUpgrade() for upgrades (or use attach()), and let proxies forward Upgrade and Connection.';

/**
 * Answers plain requests to the address of the WebSocket with the result that a handshake of the same page would have.
 * Browsers hide the answer to a refused handshake from the page, so the client asks here; any page may read it.
 */
export class HandshakeProbe {
  readonly #logger: Logger;
  #hasTold = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** `refusal` is the problem that a handshake with these headers is answered with; undefined if it would succeed. */
  answer(req: IncomingMessage, res: ServerResponse, refusal: Problem | undefined): void {
    answerProblem(res, this.#problem(req, refusal).with(READABLE));
  }

  #problem({ method, headers }: IncomingMessage, refusal: Problem | undefined): Problem {
    if (method !== 'GET' && method !== 'HEAD') return new Problem('method-not-allowed', `Use one of ${METHODS}.`, { Allow: METHODS });
    if (refusal !== undefined) return refusal;
    const { host = '', upgrade } = headers;
    if (upgrade?.toLowerCase() !== 'websocket')
      return new Problem('upgrade', 'This is the address of the WebSocket: send Upgrade: websocket.', {}, { host });
    if (!this.#hasTold) this.#logger.warn({ event: 'upgrade-not-passed' }, NOT_PASSED);
    this.#hasTold = true;
    return new Problem('upgrade', NOT_PASSED, {}, { host });
  }
}
