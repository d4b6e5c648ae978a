// Generated from the TSDoc in src/element: edit that, then run `npm run manifest`.

import type { CSSProperties, DetailedHTMLProps, HTMLAttributes } from 'react';
import type { LogStreamCssProperties, LogStreamEvents, LogStreamHyphenated, LogStreamProps } from './element.js';
import type { LogStreamElement } from '../dist/lib/element/log-stream.js';

export * from '../dist/lib/element/log-stream.js';
export type * from './element.js';

/** Listeners, as `onlog-stream-end`. */
type Listeners = { [Name in keyof LogStreamEvents as `on${Name}`]?: ((event: LogStreamEvents[Name]) => void) | undefined };

/** The props of `<log-stream>` in JSX. */
export interface LogStreamJsx
  extends
    Omit<DetailedHTMLProps<HTMLAttributes<LogStreamElement>, LogStreamElement>, 'style'>,
    LogStreamProps,
    LogStreamHyphenated,
    Listeners {
  style?: (CSSProperties & LogStreamCssProperties) | undefined;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'log-stream': LogStreamJsx;
    }
  }
}
