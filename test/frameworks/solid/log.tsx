import 'log-stream/solid';
import type { LogStreamElement, LogStreamSlot } from 'log-stream/solid';

let element: LogStreamElement | undefined;

export const log = (
  <log-stream
    ref={(found: LogStreamElement) => (element = found)}
    class="log"
    topic="signed"
    endpoint="/log-stream"
    refreshUrl="/topic"
    line-numbers="off"
    follow="on"
    wrap
    time={null}
    label={undefined}
    style={{ '--ls-height': '320px' }}
    onClick={() => element?.goTo('end')}
    on:log-stream-state={(event) => event.detail.state === 'live'}
    on:log-stream-end={({ detail }) => detail.lines.toFixed()}
    on:log-stream-refresh={({ detail }) => detail.respondWith('fresh')}
  >
    <b slot="title">Build</b>
  </log-stream>
);

export const slots: readonly LogStreamSlot[] = ['title', 'actions', 'empty', 'error'];

export const misspeltAttribute = <log-stream topik="signed" />; // wrong
export const misspeltValue = <log-stream follow="always" />; // wrong
export const otherDetail = <log-stream on:log-stream-end={({ detail }) => detail.exitCode} />; // wrong
export const misspeltTag = <log-straem topic="signed" />; // wrong
export const misspeltSlot: LogStreamSlot = 'header'; // wrong
