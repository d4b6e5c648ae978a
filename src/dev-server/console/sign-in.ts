import { html, render } from 'lit/html.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { parsePasted, type Credential } from './session.ts';

const WHERE =
  'Open the address that log-stream printed in its terminal, which ends in #token=…, or paste the token from .log-stream/console-token here.';

/** Shown to a browser without a session: where to find the address, and a field for the token. */
export class SignIn {
  readonly element = document.createElement('main');
  readonly #input = createRef<HTMLInputElement>();
  readonly #onCredential: (credential: Credential) => void;

  constructor(onCredential: (credential: Credential) => void) {
    this.#onCredential = onCredential;
    this.element.className = 'sign-in';
    this.showProblem(undefined);
  }

  /** Shows the server's answer to the last credential. */
  showProblem(problem: string | undefined): void {
    render(
      html`
        <form @submit=${(event: Event) => this.#submit(event)}>
          <h1>log-stream</h1>
          <label for="token">${WHERE}</label>
          <div class="field">
            <input ${ref(this.#input)} type="password" id="token" name="token" autocomplete="off" spellcheck="false" required />
            <button type="submit" class="run">Open</button>
          </div>
          <p class="problem" role="alert" ?hidden=${problem === undefined}>${problem}</p>
        </form>
      `,
      this.element,
    );
  }

  focus(): void {
    this.#input.value?.focus();
    this.#input.value?.select();
  }

  clear(): void {
    if (this.#input.value !== undefined) this.#input.value.value = '';
    this.showProblem(undefined);
  }

  #submit(event: Event): void {
    event.preventDefault();
    const credential = parsePasted(this.#input.value?.value ?? '');
    if (credential !== undefined) this.#onCredential(credential);
  }
}
