/** How long a short message stays, and one that offers something to do, ms. */
const SHOWN = 2_000;
const OFFERED = 20_000;

export interface ToastAction {
  readonly label: string;
  run(): void;
}

export interface Message {
  readonly text: string;
  readonly action: ToastAction | undefined;
}

/** A short message over the log, that may offer something to do. Goes by itself, unless it tells of something going on. */
export class Toast {
  readonly #changed: () => void;
  #message: Message | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get message(): Message | undefined {
    return this.#message;
  }

  show(text: string, action?: ToastAction): void {
    this.hold(text, action);
    this.#timer = setTimeout(() => this.hide(), action === undefined ? SHOWN : OFFERED);
  }

  /** Shows a message until there is another, or it is hidden. */
  hold(text: string, action?: ToastAction): void {
    clearTimeout(this.#timer);
    this.#message = { text, action };
    this.#changed();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#message = undefined;
    this.#changed();
  }
}
