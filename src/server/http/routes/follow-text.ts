import { LIMITS } from '../../../protocol/limits.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { Follower } from '../core/follower.ts';
import { followLog } from '../core/follow-log.ts';
import { logHeaders, UNBUFFERED } from '../core/headers.ts';
import { filterOf, locateFollower } from '../core/locate.ts';
import type { ReadParams } from '../core/read-params.ts';
import { ResponseWriter } from '../core/response-writer.ts';
import { encodeText, TEXT_TYPE } from './raw-text.ts';

/** Answers with existing and future lines as text until the log ends. Breaks the answer off where lines are lost. */
export function followText(exchange: TopicExchange, params: ReadParams): Promise<void> {
  return followLog(exchange, async (log, changed) => {
    const { context, req, res } = exchange;
    const { tail, after } = await locateFollower(exchange, log, params);
    res.writeHead(200, { ...TEXT_TYPE, ...UNBUFFERED, ...logHeaders(tail) });
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    res.flushHeaders();
    const writer = new ResponseWriter(exchange);
    const filter = filterOf(exchange, params);
    const follower = new Follower(context.store, log, tail.epoch, after);
    let left = params.limit ?? Number.POSITIVE_INFINITY;
    while (writer.isOpen && !writer.isClosing) {
      await follower.skip(filter);
      const step = await follower.next({ limit: filter?.readLines ?? Math.min(left, LIMITS.pageLines) });
      if (step.kind === 'lines') {
        const lines = filter?.pick(step.from, step.lines, left).flatMap((run) => run.lines) ?? step.lines;
        const text = Buffer.from(encodeText(lines));
        context.metrics.delivered('text', lines.length, text.length);
        if (lines.length > 0) await writer.write(text);
        left -= lines.length;
      } else if (step.kind === 'idle') {
        await changed.wait();
      } else if (step.kind !== 'ended') {
        break;
      }
      if (left === 0 || step.kind === 'ended') {
        writer.end();
        return;
      }
    }
    writer.destroy();
  });
}
