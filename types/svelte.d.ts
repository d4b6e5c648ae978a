// Generated from the TSDoc in src/element: edit that, then run `npm run manifest`.

import type { HTMLAttributes } from 'svelte/elements';
import type { LogStreamEvents, LogStreamHyphenated, LogStreamProps } from './element.js';
import type { LogStreamElement } from '../dist/lib/element/log-stream.js';

export * from '../dist/lib/element/log-stream.js';
export type * from './element.js';

/** Listeners, as `onlog-stream-end`. */
type Listeners = { [Name in keyof LogStreamEvents as `on${Name}`]?: ((event: LogStreamEvents[Name]) => void) | undefined };

/** The attributes of `<log-stream>` in templates. */
export type LogStreamInTemplate = HTMLAttributes<LogStreamElement> & LogStreamProps & LogStreamHyphenated & Listeners;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'log-stream': LogStreamInTemplate;
  }
}
