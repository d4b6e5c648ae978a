import { parseServerFrame, type ServerFrame } from '../../../src/protocol/messages.ts';
import type { Stream } from './support.ts';

/** A block of server-sent events; `frame` is undefined for one without data. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly frame: ServerFrame | undefined;
}

/** What an EventSource would make of a text so far; comments are left out. */
export function sentEvents(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .filter((block) => !block.startsWith(':'))
    .map((block) => {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      const data = fields.get('data');
      const frame = data === undefined ? undefined : parseServerFrame(data);
      if (data !== undefined && frame === undefined) throw new Error(`not a frame: ${block}`);
      return { id: fields.get('id'), frame };
    });
}

/** Events in short: `ack skipped 4`, `msg 5-7`, `id 9`, `end 9`; the epoch is left out. */
export function shortEvents({ text }: Pick<Stream, 'text'>): string[] {
  return sentEvents(text).map(({ id, frame }) => {
    if (frame === undefined) return `id ${id?.split('-')[1]}`;
    switch (frame.e) {
      case 'ack':
        return `ack ${frame.st} ${frame.off.offset}`;
      case 'msg':
        return `msg ${frame.off.offset - frame.lines.length + 1}-${frame.off.offset}`;
      case 'part':
      case 'end':
        return `${frame.e} ${frame.off.offset}`;
      default:
        return frame.e;
    }
  });
}
