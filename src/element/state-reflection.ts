import type { LogState, LogStatus } from '../worker/api.ts';
import { LogStreamEndEvent, LogStreamStateEvent } from './events.ts';
import { ADVICE, BAD_TOPIC } from './strings.ts';

type Reflected = HTMLElement & { readonly state: LogState; readonly wrap: boolean };

/** Tells the page about the state of the log: by attribute, custom states and events, and by warnings in the console. */
export class StateReflection {
  readonly #element: Reflected;
  #internals: ElementInternals | undefined;
  /** The last warning about a log that cannot be shown, which is not repeated. */
  #warning = '';

  constructor(element: Reflected) {
    this.#element = element;
  }

  /** Elements must not have attributes before they are connected. */
  connect(): void {
    if (this.#internals !== undefined) return;
    this.#internals = this.#element.attachInternals();
    this.reflect();
  }

  stateChanged({ state, problem, advice, end, head }: LogStatus, previous: LogState): void {
    this.reflect();
    // Readers cannot mend a bad topic; the page's code can. The client has written its own advice to the console already.
    const cause = problem === BAD_TOPIC ? ADVICE.notSigned : problem;
    if ((state === 'denied' || state === 'error') && advice === undefined && cause !== undefined && cause !== this.#warning) {
      this.#warning = cause;
      this.warn(cause);
    }
    this.#element.dispatchEvent(new LogStreamStateEvent({ state, previous, problem: cause }));
    if (state === 'ended') this.#element.dispatchEvent(new LogStreamEndEvent({ code: end, lines: head }));
  }

  /** Shows the state as attribute and custom state, once the element is connected. */
  reflect(): void {
    if (this.#internals === undefined) return;
    this.#element.setAttribute('state', this.#element.state);
    this.showStates();
  }

  /** Updates the custom states. */
  showStates(): void {
    const states = this.#internals?.states;
    states?.clear();
    states?.add(this.#element.state);
    if (this.#element.wrap) states?.add('wraps');
  }

  /** Advice for the page's developer. */
  warn(text: string): void {
    console.warn(`<${this.#element.localName}>: ${text}`);
  }
}
