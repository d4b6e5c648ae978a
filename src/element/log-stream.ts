/** Importing this module registers `<log-stream>`. */
import { LogStreamElement } from './element.ts';

LogStreamElement.define();

declare global {
  interface HTMLElementTagNameMap {
    'log-stream': LogStreamElement;
  }
}

export * from './element.ts';
