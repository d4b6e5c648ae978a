import { LIMITS } from '../../../protocol/limits.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { Follower } from '../core/follower.ts';
import { followLog } from '../core/follow-log.ts';
import { logHeaders, UNBUFFERED } from '../core/headers.ts';
import { checkUnbroken } from './history.ts';
import { ResponseWriter } from '../core/response-writer.ts';
import { encodeText, TEXT_TYPE } from './raw-text.ts';
import type { ReadParams } from '../core/params.ts';

/** Answers with existing and future lines as text until the log ends. Breaks the answer off where lines are lost. */
export function followText(exchange: TopicExchange, params: ReadParams): Promise<void> {
  return followLog(exchange, async (log, changed) => {
    const { context, req, res } = exchange;
    checkUnbroken(log.tail, params);
    res.writeHead(200, { ...TEXT_TYPE, ...UNBUFFERED, ...logHeaders(log.tail) });
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    res.flushHeaders();
    const writer = new ResponseWriter(exchange);
    const follower = new Follower(context.store, log, log.tail.epoch, params.after);
    let left = params.limit ?? Number.POSITIVE_INFINITY;
    while (writer.isOpen && !writer.isClosing) {
      const step = await follower.next({ limit: Math.min(left, LIMITS.pageLines) });
      if (step.kind === 'lines') {
        const text = Buffer.from(encodeText(step.lines));
        context.metrics.delivered('text', step.lines.length, text.length);
        await writer.write(text);
        left -= step.lines.length;
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
