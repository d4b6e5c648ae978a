import 'log-stream/preact';
import type { LogStreamElement, LogStreamPart } from 'log-stream/preact';
import { createRef } from 'preact';

const ref = createRef<LogStreamElement>();

export const log = (
  <log-stream
    ref={ref}
    key="build"
    class="log"
    topic="signed"
    endpoint="/log-stream"
    refreshUrl="/topic"
    line-numbers="off"
    sourceUrl="https://example.org/{path}"
    follow="on"
    wrap
    time={null}
    label={undefined}
    permalink={false}
    style={{ '--ls-height': '320px', '--ls-accent': 'rebeccapurple', margin: 0 }}
    onClick={() => ref.current?.goTo('end')}
    onlog-stream-state={(event) => event.detail.state === 'live'}
    onlog-stream-end={({ detail }) => detail.lines.toFixed()}
    onlog-stream-find={({ detail: { matches } }) => matches + 1}
    onlog-stream-refresh={({ detail }) => detail.respondWith('fresh')}
  >
    <b slot="title">Build</b>
  </log-stream>
);

export const parts: readonly LogStreamPart[] = ['row', 'toolbar'];

export const misspeltAttribute = <log-stream topik="signed" />; // wrong
export const misspeltValue = <log-stream follow="always" />; // wrong
export const otherDetail = <log-stream onlog-stream-end={({ detail }) => detail.exitCode} />; // wrong
export const misspeltTag = <log-straem topic="signed" />; // wrong
export const misspeltPart: LogStreamPart = 'rows'; // wrong
