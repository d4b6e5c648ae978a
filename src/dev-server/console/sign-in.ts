import { h } from './dom.ts';
import { parsePasted, type Credential } from './session.ts';

const WHERE =
  'Open the address that log-stream printed in its terminal, which ends in #token=…, or paste the token from .log-stream/console-token here.';

/** What is shown to a browser without a session: where to find the address, and a field for the token. */
export class SignIn {
  readonly element: HTMLElement;
  readonly #input = h('input', { type: 'password', id: 'token', name: 'token', autocomplete: 'off', spellcheck: 'false', required: '' });
  readonly #problem = h('p', { class: 'problem', role: 'alert', hidden: '' });

  constructor(onCredential: (credential: Credential) => void) {
    const form = h(
      'form',
      {},
      h('h1', {}, 'log-stream'),
      h('label', { for: 'token' }, WHERE),
      h('div', { class: 'field' }, this.#input, h('button', { type: 'submit', class: 'run' }, 'Open')),
      this.#problem,
    );
    this.element = h('main', { class: 'sign-in' }, form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const credential = parsePasted(this.#input.value);
      if (credential !== undefined) onCredential(credential);
    });
  }

  /** What the server said to the last credential. */
  say(problem: string | undefined): void {
    this.#problem.hidden = problem === undefined;
    this.#problem.textContent = problem ?? '';
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  clear(): void {
    this.#input.value = '';
    this.say(undefined);
  }
}
