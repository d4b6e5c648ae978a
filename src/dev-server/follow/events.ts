import type { IncomingMessage } from 'node:http';
import { EventParser } from '../../protocol/event-parser.ts';

/** Longest event, characters: a frame of 1 MiB of text in which every character is escaped. */
const EVENT_LENGTH = 8 * 1_024 * 1_024;

/** The `data` of each server-sent event. Returns when the stream ends well, throws when it breaks off. */
export async function* eventData(stream: IncomingMessage): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const parser = new EventParser(EVENT_LENGTH);
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    for (const { data } of parser.push(decoder.decode(chunk, { stream: true }))) yield data;
  }
  if (!stream.complete) throw new Error('the stream broke off');
}
