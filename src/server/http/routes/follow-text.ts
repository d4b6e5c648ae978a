import { LIMITS } from '../../../protocol/limits.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { Follower } from '../core/follower.ts';
import { followLog } from '../core/follow-log.ts';
import { logHeaders, UNBUFFERED } from '../core/headers.ts';
import { checkUnbroken } from './history.ts';
import { ResponseWriter } from '../core/response-writer.ts';
import { encodeText, TEXT_TYPE } from './raw-text.ts';
import type { ReadParams } from '../core/params.ts';

/** Answers with the lines there are and those to come, until the log ends. A reader that lost a line is told by a broken answer. */
export function followText(exchange: TopicExchange, params: ReadParams): Promise<void> {
  return followLog(exchange, async (topic, wake) => {
    const { context, req, res } = exchange;
    checkUnbroken(topic.tail, params);
    res.writeHead(200, { ...TEXT_TYPE, ...UNBUFFERED, ...logHeaders(topic.tail) });
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    res.flushHeaders();
    const outlet = new ResponseWriter(exchange);
    const follower = new Follower(context.store, topic, topic.tail.epoch, params.after);
    let left = params.limit ?? Number.POSITIVE_INFINITY;
    while (outlet.isOpen && !outlet.isClosing) {
      const step = await follower.next({ limit: Math.min(left, LIMITS.pageLines) });
      if (step.kind === 'lines') {
        const text = Buffer.from(encodeText(step.lines));
        context.metrics.delivered('text', step.lines.length, text.length);
        await outlet.write(text);
        left -= step.lines.length;
      } else if (step.kind === 'idle') {
        await wake.wait();
      } else if (step.kind !== 'ended') {
        break;
      }
      if (left === 0 || step.kind === 'ended') {
        outlet.end();
        return;
      }
    }
    outlet.destroy();
  });
}
