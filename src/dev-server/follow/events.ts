import type { IncomingMessage } from 'node:http';

/** Longest event: a frame of 1 MiB of text in which every character is escaped. */
const EVENT_LENGTH = 8 * 1_024 * 1_024;

/** The `data` of each server-sent event, as it comes. Ends when the stream ends well, throws when it breaks off. */
export async function* eventData(stream: IncomingMessage): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = '';
  let data: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    const lines = (held + decoder.decode(chunk, { stream: true })).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines.map((text) => (text.endsWith('\r') ? text.slice(0, -1) : text))) {
      if (line === '') {
        if (data.length > 0) yield data.join('\n');
        data = [];
        length = 0;
      } else if (line.startsWith('data:')) {
        data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
        length += line.length;
      }
    }
    if (held.length + length > EVENT_LENGTH) throw new Error('an event is too large');
  }
  if (!stream.complete) throw new Error('the stream broke off');
}
