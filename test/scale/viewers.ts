import { onTestFinished, vi } from 'vitest';
import { LogFollower } from '../../src/dev-server/follow/log-follower.ts';
import { Host } from '../../src/worker/host/host.ts';
import { TabConnection } from '../../src/worker/tab/tab-connection.ts';
import { clientOf } from '../dev-server/support.ts';
import { nodePlatform } from '../worker/support/platform.ts';

/** Somebody who wants every line of a log, and what came so far. */
export interface Viewer {
  readonly texts: string[];
  /** Resolves when the log has ended and all of it was given. */
  readonly done: Promise<void>;
}

/** Viewers with the real client, each with a worker, and so a socket, of its own. */
export function socketViewers(count: number, endpoint: string, topic: string): Viewer[] {
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal(
    'SharedWorker',
    class extends EventTarget {
      readonly port: MessagePort;
      constructor() {
        super();
        const { port1, port2 } = new MessageChannel();
        this.port = port2;
        new Host({ env: nodePlatform() }).accept(port1);
      }
    },
  );
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return Array.from({ length: count }, () => {
    const connection = new TabConnection(endpoint, undefined);
    onTestFinished(() => connection.end());
    const log = connection.open(topic, {}, () => undefined);
    const texts: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { offset, text } of log.lines()) {
        if (offset !== texts.length + 1) throw new Error(`Line ${offset} came behind line ${texts.length}.`);
        texts.push(text);
      }
    };
    return { texts, done: read() };
  });
}

/** Viewers over server-sent events, as `log-stream watch` is one. */
export function eventViewers(count: number, port: number, channel: string): Viewer[] {
  return Array.from({ length: count }, () => {
    const texts: string[] = [];
    const follower = new LogFollower({ ...clientOf(port), channel, after: 0, onTrouble: () => undefined });
    const read = async (): Promise<void> => {
      for await (const event of follower.follow()) {
        if (event.kind === 'lines') texts.push(...event.lines.map(([, text]) => text));
        else if (event.kind !== 'end') throw new Error(`The log was ${event.kind}.`);
      }
    };
    return { texts, done: read() };
  });
}
