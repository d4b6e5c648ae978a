import { SIGNED_OUT_EVENT } from './api.ts';
import { beginSession, clearAddress, credentialIn, isSignedOut, type Credential } from './session.ts';
import { SignIn } from './sign-in.ts';

/** ms between looks whether another tab has begun a session, or the server is back. */
const LOOK = 1_500;
const GONE = "Can't reach the server. This page tries again by itself.";

/** What is let in. */
export interface GatedPage {
  readonly element: HTMLElement;
  /** Shows what it shows, for the first time. */
  start(): void;
  /** There is a session again: what was refused may be asked for now. */
  retryNow(): void;
  focus(): void;
}

/** Lets the page be seen while this browser has a session, and asks for the token while it has none. */
export class Gate {
  readonly #page: GatedPage;
  readonly #signIn = new SignIn((credential) => {
    void this.#try(credential).then(() => this.#signIn.focus());
  });
  /** What the server could not be asked about yet. */
  #pending: Credential | undefined;
  #started = false;
  #timer: number | undefined;

  constructor(page: GatedPage) {
    this.#page = page;
    page.element.hidden = true;
    document.body.replaceChildren(page.element);
    addEventListener(SIGNED_OUT_EVENT, () => this.#close());
    // An address that is typed over the one of this page changes the fragment alone, and loads nothing.
    addEventListener('hashchange', () => {
      const credential = credentialIn(location.hash);
      if (credential !== undefined) void this.#try(credential);
    });
  }

  /** Looks whether there is a session, or begins one. */
  async open(credential: Credential | undefined): Promise<void> {
    if (credential !== undefined) await this.#try(credential);
    else if ((await isSignedOut()) === true) this.#close();
    // What keeps a server from answering the page itself says best.
    else this.#letIn();
  }

  async #try(credential: Credential): Promise<void> {
    this.#pending = undefined;
    try {
      const refused = await beginSession(credential);
      clearAddress();
      // A browser that has a session goes on with it, such as when a code was traded just before the page was loaded again.
      const isOut = refused === undefined ? false : await isSignedOut();
      if (isOut === false) {
        this.#letIn();
        return;
      }
      this.#signIn.showProblem(refused);
      if (this.#isOpen && isOut === undefined) return;
    } catch {
      this.#pending = credential;
      this.#signIn.showProblem(GONE);
    }
    this.#close();
  }

  get #isOpen(): boolean {
    return !this.#page.element.hidden;
  }

  #letIn(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#isOpen) return;
    const hadFocus = this.#signIn.element.contains(document.activeElement);
    this.#signIn.element.remove();
    this.#signIn.clear();
    this.#page.element.hidden = false;
    if (this.#started) this.#page.retryNow();
    else this.#page.start();
    this.#started = true;
    if (hadFocus) this.#page.focus();
  }

  #close(): void {
    if (this.#timer !== undefined) return;
    this.#page.element.hidden = true;
    document.body.prepend(this.#signIn.element);
    this.#signIn.focus();
    this.#timer = setInterval(() => void this.#look(), LOOK);
  }

  async #look(): Promise<void> {
    if (document.visibilityState === 'hidden') return;
    if (this.#pending !== undefined) await this.#try(this.#pending);
    else if ((await isSignedOut()) === false) this.#letIn();
  }
}
