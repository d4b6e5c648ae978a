// Writes numbered lines over HTTP so that each is in the log exactly once, whatever happens to servers, Redis and responses: each
// request names the line that it follows (Log-Append-At), and is repeated until there is a response.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * @param {object} options
 * @param {string} options.url URL of the log: `http://…/log-stream/topics/CHANNEL`.
 * @param {string} options.topic Signed topic that allows appending.
 * @param {(number: number) => string} options.line Text of a line.
 * @param {number} options.every ms between two requests.
 * @param {AbortSignal} options.signal Ends the log.
 * @param {(head: number) => void} [options.onProgress] Called with the number of lines in the log.
 * @returns {Promise<number>} The number of lines.
 */
export async function produce({ url, topic, line, every, signal, onProgress = () => undefined }) {
  let head = 0;

  /** @param {string} body @param {string} [query] */
  async function ask(body, query = '') {
    try {
      const headers = { authorization: `Bearer ${topic}`, 'log-append-at': String(head) };
      const answer = await fetch(url + query, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) });
      await answer.arrayBuffer();
      return answer;
    } catch {
      // No response: the lines may have been written or not. The next attempt finds out.
      return undefined;
    }
  }

  for (let count = 1; !signal.aborted; count = (count % 7) + 1) {
    const body = Array.from({ length: count }, (_, index) => `${line(head + index + 1)}\n`).join('');
    for (;;) {
      const answer = await ask(body);
      if (answer?.status === 200) {
        head += count;
        break;
      }
      if (answer?.status === 409) {
        // An earlier attempt was written, but its response was lost: there is no other writer.
        head = Number(answer.headers.get('log-head'));
        break;
      }
      if (answer !== undefined && answer.status < 500) throw new Error(`The server refused to append: ${answer.status}.`);
      await pause(100);
    }
    onProgress(head);
    await pause(every);
  }
  for (;;) {
    const answer = await ask('', '?end=0');
    if (answer?.status === 200 || answer?.headers.get('log-end') === '0') return head;
    await pause(100);
  }
}
