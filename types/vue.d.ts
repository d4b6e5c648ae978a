// Generated from the TSDoc in src/element: edit that, then run `npm run manifest`.

import type { EmitFn, HTMLAttributes, PublicProps } from 'vue';
import type { LogStreamEvents, LogStreamHyphenated, LogStreamProps } from './element.js';
import type { LogStreamElement } from '../dist/lib/element/log-stream.js';

export * from '../dist/lib/element/log-stream.js';
export type * from './element.js';

type Emits = EmitFn<{ [Name in keyof LogStreamEvents]: (event: LogStreamEvents[Name]) => void }>;

/** `<log-stream>` in templates: `isCustomElement: (tag) => tag === 'log-stream'` tells the compiler of Vue that it is no component. */
export type LogStreamInTemplate = new () => LogStreamElement & {
  /** @deprecated Only for templates. */
  $props: LogStreamProps & LogStreamHyphenated & Omit<HTMLAttributes, keyof LogStreamProps> & PublicProps;
  /** @deprecated Only for templates. */
  $emit: Emits;
};

declare module 'vue' {
  interface HTMLAttributes {
    /** The slot of a custom element; Vue's own types lack it. */
    slot?: string | undefined;
  }
  interface GlobalComponents {
    'log-stream': LogStreamInTemplate;
  }
}
