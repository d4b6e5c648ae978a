// Writes numbered lines over HTTP so that each is in the log exactly once, whatever happens to servers, Redis and answers on the
// way: each request says which line it follows (Log-Append-At), and is repeated until it is answered.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * @param {object} options
 * @param {string} options.url Of the log: `http://…/log-stream/topics/CHANNEL`.
 * @param {string} options.topic Signed, and may append.
 * @param {(number: number) => string} options.line Text of a line.
 * @param {number} options.every ms between two requests.
 * @param {AbortSignal} options.signal Ends the log.
 * @param {(head: number) => void} [options.onProgress] Told how many lines are in the log.
 * @returns {Promise<number>} How many lines there are.
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
      // No answer: it may have been written or not, which the next attempt finds out.
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
        // An earlier attempt got further than its answer: nobody else writes, so what is there is ours.
        head = Number(answer.headers.get('log-head'));
        break;
      }
      if (answer !== undefined && answer.status < 500) throw new Error(`The server refuses to append: ${answer.status}.`);
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
