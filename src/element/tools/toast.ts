const SHOWN = 2_000;

/** A short message that goes by itself. */
export class Toast {
  readonly #changed: () => void;
  #text = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get text(): string {
    return this.#text;
  }

  show(text: string): void {
    clearTimeout(this.#timer);
    this.#text = text;
    this.#timer = setTimeout(() => {
      this.#text = '';
      this.#changed();
    }, SHOWN);
    this.#changed();
  }
}
