/** What came of asking the address of the WebSocket without an upgrade (PROTOCOL.md H7). */
export type ProbeAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Media type, lower case, without parameters. */
      readonly type: string;
      /** Where the answer came from, after redirects. */
      readonly url: string;
      readonly problem: { readonly code: string; readonly origin: string; readonly host: string; readonly detail: string } | undefined;
    }
  /** Something answers, and does not let this page read what. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'none' };

/** Who asked, and where. */
export interface ProbeContext {
  readonly endpoint: string;
  /** Origin of the page or worker that asks, as the browser sends it; undefined outside of browsers. */
  readonly page: string | undefined;
}

/**
 * Why no WebSocket opens. `origin`: the server refuses pages of this origin; `absent`: no log server is there; `insecure`: an https
 * page may not use http. With the others HTTP works: `host`: a proxy changes Host, which makes a stranger of the page;
 * `redirect`: WebSockets do not follow redirects; `websocket`: something in between passes no WebSockets on.
 */
export type Cause = 'origin' | 'absent' | 'insecure' | 'host' | 'redirect' | 'websocket';

export interface Diagnosis {
  readonly cause: Cause;
  /** For a reader, in a sentence. */
  readonly problem: string;
  /** For the page's developer: what is wrong, and the remedy. */
  readonly advice: string;
}

/** Causes that leave the way over HTTP open, and that a handshake meets again whenever it is tried. */
const LASTING: ReadonlySet<Cause> = new Set(['host', 'redirect']);
/** Causes that leave no way at all. */
const CLOSED: ReadonlySet<Cause> = new Set(['origin', 'absent', 'insecure']);

/** Whether HTTP gets through, and no WebSocket ever will. */
export function needsDetour(diagnosis: Diagnosis | undefined): boolean {
  return diagnosis !== undefined && LASTING.has(diagnosis.cause);
}

/** Whether nothing gets through until somebody changes something. */
export function isClosed(diagnosis: Diagnosis | undefined): boolean {
  return diagnosis !== undefined && CLOSED.has(diagnosis.cause);
}

/** Statuses that may be others in a moment. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.+\.localhost)$/u;

/** Why a handshake may have failed, by what a plain request to the same address was answered; undefined where that says nothing. */
export function classify(asked: ProbeContext, answer: ProbeAnswer): Diagnosis | undefined {
  switch (answer.kind) {
    case 'none':
      return isMixed(asked) ? insecure(asked) : undefined;
    case 'unreadable':
      return absent(asked, 'it answers, but not as one', '');
    case 'answer':
      return classifyAnswer(asked, answer);
  }
}

function classifyAnswer(
  asked: ProbeContext,
  { status, type, url, problem }: Extract<ProbeAnswer, { kind: 'answer' }>,
): Diagnosis | undefined {
  switch (problem?.code) {
    case 'origin':
      return refused(asked, problem);
    case 'upgrade':
      if (withoutSlash(url) !== withoutSlash(asked.endpoint)) return redirected(asked, url);
      return isChanged(asked, problem.host) ? changed(asked, problem.host) : blocked(asked);
    case 'unavailable':
      return undefined;
    default:
  }
  if (status >= 500 || PASSING.has(status)) return undefined;
  const isPage = type === 'text/html' || type === 'application/xhtml+xml';
  const what = status >= 300 ? `HTTP ${status}` : isPage ? 'it answers with a web page' : 'it answers with something else';
  return absent(asked, what, problem?.detail ?? '');
}

/** Whether the Host that arrived is not that of the page, although the page asks its own origin. */
function isChanged({ endpoint, page }: ProbeContext, host: string): boolean {
  if (page === undefined || host === '' || new URL(endpoint).origin !== page) return false;
  const { protocol, host: own } = new URL(page);
  const arrived = `${protocol}//${host}`;
  return !URL.canParse(arrived) || new URL(arrived).host !== own;
}

function isMixed({ endpoint, page }: ProbeContext): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return page?.startsWith('https:') === true && protocol === 'http:' && !LOCAL.test(hostname);
}

function refused({ endpoint }: ProbeContext, { origin, detail }: { readonly origin: string; readonly detail: string }): Diagnosis {
  return {
    cause: 'origin',
    problem: `This log server doesn't let in pages from ${origin} (--allow-origin ${origin} would).`,
    advice: `The log-stream server at ${endpoint} refuses this page. ${detail}`,
  };
}

function absent({ endpoint }: ProbeContext, what: string, detail: string): Diagnosis {
  return {
    cause: 'absent',
    problem: `No log-stream server at ${endpoint} (${what}).`,
    advice:
      `No log-stream server at ${endpoint} (${what}). ${detail === '' ? '' : `It says: ${detail} `}` +
      'Set endpoint, or <link rel="log-stream" href>, to the address of the server; a proxy or dev server in between has to forward that path, WebSockets included.',
  };
}

function insecure({ endpoint }: ProbeContext): Diagnosis {
  return {
    cause: 'insecure',
    problem: 'This page is secure, and the log server is not, so the browser keeps them apart.',
    advice: `Browsers don't let an https page use ${endpoint}: serve the log server over https, and set endpoint to that address.`,
  };
}

function changed({ endpoint, page = '' }: ProbeContext, host: string): Diagnosis {
  return {
    cause: 'host',
    problem: "WebSockets don't get through to the log server: a proxy changes the Host header.",
    advice:
      `A proxy changes Host from ${new URL(page).host} to ${host} on the way to ${endpoint}, so the log-stream server takes this page for one of another origin and refuses its WebSocket. ` +
      `Lines come over HTTP instead. Let the proxy pass Host on (Vite: changeOrigin: false; nginx: proxy_set_header Host $http_host), or start the server with --allow-origin ${page}.`,
  };
}

function redirected({ endpoint }: ProbeContext, url: string): Diagnosis {
  return {
    cause: 'redirect',
    problem: `WebSockets don't get through to the log server: ${endpoint} redirects.`,
    advice: `${endpoint} redirects to ${url}, and WebSockets don't follow redirects. Lines come over HTTP instead. Set endpoint to the address that it redirects to.`,
  };
}

function blocked({ endpoint }: ProbeContext): Diagnosis {
  return {
    cause: 'websocket',
    problem: "WebSockets don't get through to the log server.",
    advice:
      `HTTP gets through to ${endpoint} and WebSockets don't: a proxy in between doesn't pass them on. Lines come over HTTP instead. ` +
      'Let the proxy forward Upgrade and Connection (nginx: proxy_http_version 1.1 and both headers; Vite: ws: true).',
  };
}

function withoutSlash(url: string): string {
  return url.replace(/[?#].*$/su, '').replace(/\/+$/u, '');
}
