/** Importing this module registers `<log-stream>`. */
import type { LogStreamEventMap } from './events.ts';
import { LogStreamElement } from './element.ts';

LogStreamElement.define();

declare global {
  interface HTMLElementTagNameMap {
    'log-stream': LogStreamElement;
  }
  interface GlobalEventHandlersEventMap extends LogStreamEventMap {}
}

export { LogStreamElement } from './element.ts';
export * from './events.ts';
