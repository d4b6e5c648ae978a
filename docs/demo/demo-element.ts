import { LogStreamElement } from '../../src/element/element.ts';
import type { Line } from '../../src/protocol/line.ts';
import type { ClientOptions, LogStreamClient } from '../../src/worker/api.ts';
import { marked } from '../../test/element/browser/support/groups-server.ts';
import { MemoryClient, MemoryLog } from '../../test/element/browser/support/memory-log.ts';
import { serveLogs, type ServedLog } from '../../test/states/browser/memory-server.ts';
import { BUILD } from './build-log.ts';

/** Lines that were written before the page was opened. */
const WRITTEN = 70;
/** The build takes this many times as long as its lines say. */
const SLOWNESS = 2.5;

/** The logs of the page's elements by the path they are asked about. */
const served = new Map<string, ServedLog>();
serveLogs(served);

/** A build that has begun a moment ago and ends while it is looked at. */
function startBuild(): MemoryLog {
  const marks = marked(BUILD.map(([, text]) => text));
  const begun = BUILD.slice(0, WRITTEN).reduce((time, [after]) => time - after * SLOWNESS, Date.now());
  let time = begun;
  const lines = BUILD.map(([after, text], at): Line => {
    const extra = marks[at]?.[2];
    time += after * SLOWNESS;
    return extra === undefined ? [time, text] : [time, text, extra];
  });
  const log = new MemoryLog((line) => lines[line - 1] ?? [time, '']);
  log.live(WRITTEN);
  const grow = (): void => {
    const { head } = log.status;
    const next = lines[head];
    if (next === undefined) log.set({ state: 'ended', end: 0 });
    else
      setTimeout(
        () => {
          log.grow(1);
          grow();
        },
        Math.max(0, next[0] - Date.now()),
      );
  };
  grow();
  return log;
}

/** `<log-stream>` of the documentation: each element shows a build of its own. */
export class DemoElement extends LogStreamElement {
  protected override createClient(_options: ClientOptions): LogStreamClient {
    const path = `/demo/${served.size + 1}`;
    const log = startBuild();
    served.set(path, { log });
    // Absolute: the document of a frame from `srcdoc` has no address to resolve it against.
    return new MemoryClient(log, { endpoint: `${origin}${path}` });
  }
}

DemoElement.define();
