// Generated from the TSDoc in src/element: edit that, then run `npm run manifest`.

import type { JSX as SolidJsx } from 'solid-js';
import type { LogStreamEvents, LogStreamHyphenated, LogStreamProps } from './element.js';
import type { LogStreamElement } from '../dist/lib/element/log-stream.js';

export * from '../dist/lib/element/log-stream.js';
export type * from './element.js';

/** Listeners, as `on:log-stream-end`. */
type Listeners = { [Name in keyof LogStreamEvents as `on:${Name}`]?: ((event: LogStreamEvents[Name]) => void) | undefined };

/** The props of `<log-stream>` in JSX. */
export type LogStreamJsx = SolidJsx.HTMLAttributes<LogStreamElement> & LogStreamProps & LogStreamHyphenated & Listeners;

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'log-stream': LogStreamJsx;
    }
  }
}
