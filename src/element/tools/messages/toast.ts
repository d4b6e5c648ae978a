import { html, type TemplateResult } from 'lit';

/** How long a message stays: a plain one, and one with a button; ms. */
const PLAIN = 2_000;
const WITH_ACTION = 20_000;

export interface ToastAction {
  readonly label: string;
  run(): void;
}

export interface Message {
  readonly text: string;
  readonly action: ToastAction | undefined;
}

/** A short message over the log, which may have a button. */
export class Toast {
  readonly #onChange: () => void;
  #message: Message | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get message(): Message | undefined {
    return this.#message;
  }

  /** Shows a message for a moment. */
  show(text: string, action?: ToastAction): void {
    this.keep(text, action);
    this.#timer = setTimeout(() => this.hide(), action === undefined ? PLAIN : WITH_ACTION);
  }

  /** Shows a message until it is replaced or hidden. */
  keep(text: string, action?: ToastAction): void {
    clearTimeout(this.#timer);
    this.#message = { text, action };
    this.#onChange();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#message = undefined;
    this.#onChange();
  }
}

/** The toast with its message; without white space, which would be part of its text. */
export function toastTemplate(message: Message | undefined): TemplateResult {
  return html`<div class="toast" part="toast" ?hidden=${message === undefined}>${contentOf(message)}</div>`;
}

/** The text is hidden from screen readers, which have heard it from the live region. */
function contentOf({ text, action }: Partial<Message> = {}): readonly TemplateResult[] {
  return [
    html`<span dir="auto" aria-hidden="true">${text}</span>`,
    html`<button type="button" class="act" ?hidden=${action === undefined} @click=${() => action?.run()}>${action?.label}</button>`,
  ];
}
