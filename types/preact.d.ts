// Generated from the TSDoc in src/element: edit that, then run `npm run manifest`.

import type { HTMLAttributes } from 'preact';
import type { LogStreamEvents, LogStreamHyphenated, LogStreamProps } from './element.js';
import type { LogStreamElement } from '../dist/lib/element/log-stream.js';

export * from '../dist/lib/element/log-stream.js';
export type * from './element.js';

/** Listeners, as `onlog-stream-end`. */
type Listeners = { [Name in keyof LogStreamEvents as `on${Name}`]?: ((event: LogStreamEvents[Name]) => void) | undefined };

/** The props of `<log-stream>` in JSX. */
export type LogStreamJsx = Omit<HTMLAttributes<LogStreamElement>, keyof LogStreamProps> & LogStreamProps & LogStreamHyphenated & Listeners;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'log-stream': LogStreamJsx;
    }
  }
}
