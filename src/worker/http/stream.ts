import { EventParser } from '../../protocol/event-parser.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { formatPosition } from '../../protocol/position.ts';
import { topicUrl } from './fetch-history.ts';
import type { StreamRequest } from '../session/events.ts';

/**
 * Follows a log by server-sent events until the stream ends for any reason. Calls `heard` for every piece that arrives,
 * with the frames that it completes; none when it only shows that the stream is alive. Never rejects.
 */
export async function follow(
  endpoint: string,
  { channel, topic, position }: StreamRequest,
  fetcher: typeof fetch,
  signal: AbortSignal,
  heard: (frames: readonly string[]) => void,
): Promise<void> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    // An EventSource would need the token in the URL, where logs and histories keep it.
    const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${topic}`, 'Last-Event-ID': formatPosition(position) };
    const { status, headers: answer, body } = await fetcher(topicUrl(endpoint, channel, {}), { headers, signal, cache: 'no-store' });
    reader = body?.getReader();
    if (reader === undefined || status !== 200 || !/^text\/event-stream\b/iu.test(answer.get('Content-Type') ?? '')) return;
    const decoder = new TextDecoder();
    const parser = new EventParser(LIMITS.answerLength);
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const events = parser.push(decoder.decode(piece.value, { stream: true }));
      heard(events.filter(({ name }) => name === 'message').map(({ data }) => data));
    }
  } catch {
    // Interrupted, aborted or unreadable: the caller polls the log and resumes from there.
  } finally {
    reader?.cancel().catch(() => undefined);
  }
}
