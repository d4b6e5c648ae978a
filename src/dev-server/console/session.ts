/** The header of what only pages of this origin know; the cookie that goes with it is sent to all ports of the host. */
const HEADER = 'log-console-key';
const ITEM = 'log-stream-console-key';
const PATH = '/console/session';

/** What stands in an address for the right to use the console, or is typed by a person. */
export type Credential = { readonly token: string } | { readonly code: string };

/** What the server said to a credential, in its own words; undefined: this browser has a session now. */
export type SessionVerdict = string | undefined;

const NO_COOKIES = 'This browser blocks cookies for this address, and the console needs one: allow them, then open the address again.';

/** Where the key is when the browser keeps nothing for this page. */
let unkept: string | undefined;

/** Reads the credential in the fragment of an address, such as `#token=…`. */
export function credentialIn(hash: string): Credential | undefined {
  const parameters = new URLSearchParams(hash.replace(/^#/u, ''));
  const token = parameters.get('token');
  if (token !== null && token !== '') return { token };
  const code = parameters.get('code');
  return code === null || code === '' ? undefined : { code };
}

/**
 * Takes the credential out of the address of this page, once it has been answered. Not earlier: a page that is loaded again, or
 * copied, while the server is asked would have lost it.
 */
export function clearAddress(): void {
  if (credentialIn(location.hash) !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
}

/** What a person pastes: the token, or the address that ends in it. */
export function parsePasted(text: string): Credential | undefined {
  const pasted = text.trim();
  const hash = pasted.indexOf('#');
  const credential = hash === -1 ? undefined : credentialIn(pasted.slice(hash));
  if (credential !== undefined) return credential;
  return pasted === '' ? undefined : { token: pasted };
}

/** What every request shows of the session. */
export function sessionHeaders(): Readonly<Record<string, string>> {
  const key = readKey();
  return key === undefined ? {} : { [HEADER]: key };
}

/**
 * Trades a credential for a session of this browser, which all its tabs share. One tab at a time: two that did it at once could end
 * up with the cookie of one and the key of the other. Rejects when the server does not answer.
 */
export function beginSession(credential: Credential): Promise<SessionVerdict> {
  return inTurn(async () => {
    const refused = await trade(credential);
    if (refused !== undefined) return refused;
    return (await ask({})).ok ? undefined : NO_COOKIES;
  });
}

/** Whether this browser has no session; undefined when the server does not answer. */
export async function isSignedOut(): Promise<boolean | undefined> {
  try {
    return (await ask({})).status === 401;
  } catch {
    return undefined;
  }
}

async function trade(credential: Credential): Promise<SessionVerdict> {
  const key = readKey() ?? makeKey();
  const headers = { 'content-type': 'application/json', [HEADER]: key };
  const response = await ask({ method: 'POST', headers, body: JSON.stringify(credential) });
  return response.ok ? undefined : detailOf(response);
}

function ask({ headers = sessionHeaders(), ...init }: RequestInit): Promise<Response> {
  return fetch(PATH, { ...init, headers, cache: 'no-store' });
}

/** Pages that are not secure, by a name of their own over HTTP, have no locks. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  return isSecureContext && 'locks' in navigator ? navigator.locks.request('log-stream-console', work) : work();
}

function readKey(): string | undefined {
  try {
    return localStorage.getItem(ITEM) ?? unkept;
  } catch {
    // Blocked: the session lasts as long as this page.
    return unkept;
  }
}

function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  unkept = key;
  try {
    localStorage.setItem(ITEM, key);
  } catch {
    // As above.
  }
  return key;
}

/** What a refusal says about itself. */
export async function detailOf(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === 'object' && problem !== null && 'detail' in problem && typeof problem.detail === 'string') return problem.detail;
  } catch {
    // Not a problem object: the status has to do.
  }
  return `The server answered ${response.status}.`;
}
