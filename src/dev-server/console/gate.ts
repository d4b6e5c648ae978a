import { SIGNED_OUT_EVENT } from './api.ts';
import { beginSession, clearAddress, credentialIn, isSignedOut, type Credential } from './session.ts';
import { SignIn } from './sign-in.ts';

/** ms between checks whether another tab has begun a session, or the server is back. */
const POLL_INTERVAL = 1_500;
const UNREACHABLE = "Can't reach the server. This page reconnects by itself.";

/** The page behind the gate. */
export interface GatedPage {
  readonly element: HTMLElement;
  /** Called once, when the page is shown for the first time. */
  start(): void;
  /** Called when there is a session again: requests that were refused may succeed now. */
  retryNow(): void;
  focus(): void;
}

/** Shows the page while this browser has a session, and asks for the token while it has none. */
export class Gate {
  readonly #page: GatedPage;
  readonly #signIn = new SignIn((credential) => {
    void this.#try(credential).then(() => this.#signIn.focus());
  });
  /** A credential that could not be sent yet, since the server did not answer. */
  #pending: Credential | undefined;
  #hasStarted = false;
  #timer: number | undefined;

  constructor(page: GatedPage) {
    this.#page = page;
    page.element.hidden = true;
    document.body.replaceChildren(page.element);
    addEventListener(SIGNED_OUT_EVENT, () => this.#close());
    // An address that is typed over that of this page changes only the fragment, and loads nothing.
    addEventListener('hashchange', () => {
      const credential = credentialIn(location.hash);
      if (credential !== undefined) void this.#try(credential);
    });
  }

  /** Begins a session with a credential, else checks whether there is one. */
  async open(credential: Credential | undefined): Promise<void> {
    if (credential !== undefined) await this.#try(credential);
    else if ((await isSignedOut()) === true) this.#close();
    // The page itself reports a server that does not answer.
    else this.#show();
  }

  async #try(credential: Credential): Promise<void> {
    this.#pending = undefined;
    try {
      const problem = await beginSession(credential);
      clearAddress();
      // A session that exists stays valid, e.g. when a code was traded just before the page was reloaded.
      const isOut = problem === undefined ? false : await isSignedOut();
      if (isOut === false) {
        this.#show();
        return;
      }
      this.#signIn.showProblem(problem);
      if (this.#isOpen && isOut === undefined) return;
    } catch {
      this.#pending = credential;
      this.#signIn.showProblem(UNREACHABLE);
    }
    this.#close();
  }

  get #isOpen(): boolean {
    return !this.#page.element.hidden;
  }

  #show(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#isOpen) return;
    const hadFocus = this.#signIn.element.contains(document.activeElement);
    this.#signIn.element.remove();
    this.#signIn.clear();
    this.#page.element.hidden = false;
    if (this.#hasStarted) this.#page.retryNow();
    else this.#page.start();
    this.#hasStarted = true;
    if (hadFocus) this.#page.focus();
  }

  #close(): void {
    if (this.#timer !== undefined) return;
    this.#page.element.hidden = true;
    document.body.prepend(this.#signIn.element);
    this.#signIn.focus();
    this.#timer = setInterval(() => void this.#poll(), POLL_INTERVAL);
  }

  async #poll(): Promise<void> {
    if (document.visibilityState === 'hidden') return;
    if (this.#pending !== undefined) await this.#try(this.#pending);
    else if ((await isSignedOut()) === false) this.#show();
  }
}
