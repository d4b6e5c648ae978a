import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerProblem } from './answer.ts';
import type { Logger } from '../../log/logger.ts';
import { READABLE } from './headers.ts';
import { Problem } from '../../problem.ts';

const METHODS = 'GET, HEAD';
const NOT_PASSED =
  'A WebSocket handshake arrived as a plain request: let the host call handleUpgrade() for its upgrades (or use attach()), and proxies pass Upgrade and Connection on.';

/**
 * Answers plain requests to the address of the WebSocket with what would become of a handshake of the same page. Browsers
 * keep the answer to a refused handshake from the page, so a client asks here; any page may read it.
 */
export class Entrance {
  readonly #logger: Logger;
  #hasTold = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** `refusal` is what a handshake with these headers is answered with; undefined where it would succeed. */
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
