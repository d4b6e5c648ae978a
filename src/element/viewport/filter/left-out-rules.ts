/** Rules that are kept while they are not on screen. */
const SPARE = 256;

/** The dashed rules in place of lines that are not shown. A click on one asks for the lines. */
export class LeftOutRules {
  readonly #opened: (line: number) => void;
  readonly #name: (lines: number) => string;
  readonly #rules = new Map<number, HTMLElement>();

  /** `opened` is called with the first line below the rule; `name` says how many lines are not shown. */
  constructor(opened: (line: number) => void, name: (lines: number) => string) {
    this.#opened = opened;
    this.#name = name;
  }

  draw(from: number, to: number): HTMLElement {
    let rule = this.#rules.get(from);
    if (rule === undefined) {
      if (this.#rules.size > SPARE) this.#forget();
      rule = document.createElement('div');
      rule.className = 'left-out';
      // Keys and screen readers go from line to line, and Enter shows all of them.
      rule.ariaHidden = 'true';
      rule.addEventListener('click', ({ currentTarget }) => {
        if (currentTarget instanceof HTMLElement) this.#opened(Number(currentTarget.dataset['next']));
      });
      this.#rules.set(from, rule);
    }
    rule.dataset['next'] = String(to + 1);
    rule.title = this.#name(to - from + 1);
    return rule;
  }

  #forget(): void {
    for (const [from, rule] of this.#rules) if (!rule.isConnected) this.#rules.delete(from);
  }
}
