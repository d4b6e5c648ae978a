import type { ServerFrame } from '../../../src/protocol/messages.ts';
import { at, linesOf, type Bench } from './bench.ts';

/** Sockets fail until the HTTP fallback starts. */
export function block(bench: Bench): void {
  for (let times = 0; times < 3; times += 1) {
    if (times > 0) bench.passToConnect();
    bench.closed(1006);
  }
}

/** A message that ends at a position. */
export function msg(off: string, count = 1, ch = 'run:1'): ServerFrame {
  const { epoch, offset } = at(off);
  return { e: 'msg', ch, off: { epoch, offset }, lines: linesOf(epoch, offset - count + 1, count) };
}

/** The log is followed over HTTP, by a stream. */
export function followOverHttp(bench: Bench, off = 'e-5'): void {
  block(bench);
  bench.polled(off);
  bench.streamed();
}
