/** Carries the session's key, which only pages of this origin know; its cookie is sent to all ports of the host. */
const HEADER = 'log-console-key';
const ITEM = 'log-stream-console-key';
const PATH = '/console/session';

/** Grants a session: from the fragment of an address, or typed by the user. */
export type Credential = { readonly token: string } | { readonly code: string };

/** Why the server refused a credential; undefined when this browser has a session now. */
export type SessionProblem = string | undefined;

const NO_COOKIES = 'This browser blocks cookies for this address, but the console needs one. Allow cookies, then open the address again.';

/** The key, where the browser does not store it: the session lasts as long as this page then. */
let unstoredKey: string | undefined;

/** The credential in the fragment of an address, such as `#token=…`. */
export function credentialIn(hash: string): Credential | undefined {
  const parameters = new URLSearchParams(hash.replace(/^#/u, ''));
  const token = parameters.get('token');
  if (token !== null && token !== '') return { token };
  const code = parameters.get('code');
  return code === null || code === '' ? undefined : { code };
}

/**
 * Removes the credential from the address of this page. Call it once the server has answered: a page that is reloaded or duplicated
 * before then still needs it.
 */
export function clearAddress(): void {
  if (credentialIn(location.hash) !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
}

/** The credential in pasted text: the token itself, or an address that ends in it. */
export function parsePasted(text: string): Credential | undefined {
  const pasted = text.trim();
  const hash = pasted.indexOf('#');
  const credential = hash === -1 ? undefined : credentialIn(pasted.slice(hash));
  if (credential !== undefined) return credential;
  return pasted === '' ? undefined : { token: pasted };
}

/** The headers that authenticate a request. */
export function sessionHeaders(): Readonly<Record<string, string>> {
  const key = readKey();
  return key === undefined ? {} : { [HEADER]: key };
}

/**
 * Trades a credential for a session of this browser, which all its tabs share. One tab at a time, since two could end up with the
 * cookie of one and the key of the other. Rejects when the server does not answer.
 */
export function beginSession(credential: Credential): Promise<SessionProblem> {
  return inTurn(async () => {
    const refused = await trade(credential);
    if (refused !== undefined) return refused;
    return (await ask({})).ok ? undefined : NO_COOKIES;
  });
}

/** Whether this browser has no valid session; undefined when the server does not answer. */
export async function isSignedOut(): Promise<boolean | undefined> {
  try {
    return (await ask({})).status === 401;
  } catch {
    return undefined;
  }
}

async function trade(credential: Credential): Promise<SessionProblem> {
  const key = readKey() ?? makeKey();
  const headers = { 'content-type': 'application/json', [HEADER]: key };
  const response = await ask({ method: 'POST', headers, body: JSON.stringify(credential) });
  return response.ok ? undefined : detailOf(response);
}

function ask({ headers = sessionHeaders(), ...init }: RequestInit): Promise<Response> {
  return fetch(PATH, { ...init, headers, cache: 'no-store' });
}

/** Runs tasks of all tabs one at a time. Insecure pages, over HTTP and not at localhost, have no locks. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  return isSecureContext && 'locks' in navigator ? navigator.locks.request('log-stream-console', work) : work();
}

function readKey(): string | undefined {
  try {
    return localStorage.getItem(ITEM) ?? unstoredKey;
  } catch {
    // Storage is blocked.
    return unstoredKey;
  }
}

function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  unstoredKey = key;
  try {
    localStorage.setItem(ITEM, key);
  } catch {
    // Storage is blocked.
  }
  return key;
}

/** The reason that an error response gives. */
export async function detailOf(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === 'object' && problem !== null && 'detail' in problem && typeof problem.detail === 'string') return problem.detail;
  } catch {
    // Not a problem document.
  }
  return `The server answered with HTTP ${response.status}.`;
}
