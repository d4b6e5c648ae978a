import type { Log, Range } from '../../worker/api.ts';
import { plainText } from '../terminal/parse.ts';

/** Lines that are copied at most; more is what a download is for. */
export const COPY_LINES = 100_000;
const PAGE = 1_000;

/** The text of a range of lines as it is shown, one line each. Rejects with RangeError for more than can be copied. */
export async function textOf(log: Pick<Log, 'range'>, { from, to }: Range): Promise<{ text: string; lines: number }> {
  if (to - from >= COPY_LINES) throw new RangeError(`At most ${COPY_LINES} lines can be copied; download the log instead.`);
  const parts: string[] = [];
  let lines = 0;
  for (let start = from; start <= to; start += PAGE) {
    const page = await log.range(start, Math.min(to, start + PAGE - 1));
    for (const line of page) parts.push(plainText(line.text), line.continues ? '' : '\n');
    lines += page.length;
  }
  if (parts.at(-1) === '\n') parts.pop();
  return { text: parts.join(''), lines };
}

/** Where a log's history is, below the server's base URL. */
export function historyUrl(endpoint: string, channel: string): string {
  return `${endpoint.replace(/\/$/u, '')}/topics/${channel.split('/').map(encodeURIComponent).join('/')}`;
}

/** Fetches the raw text of a log and hands it to the browser as a file. Rejects when the server refuses. */
export async function downloadRaw(endpoint: string, channel: string, topic: string): Promise<void> {
  const response = await fetch(historyUrl(endpoint, channel), { headers: { accept: 'text/plain', authorization: `Bearer ${topic}` } });
  if (!response.ok) throw new Error(`The server answered ${response.status} to the download of this log.`);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `${channel.replace(/[^\w.-]+/gu, '-')}.log`;
  link.click();
  // The browser has taken the file over once the click was handled; a minute is ample where it asks first.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
