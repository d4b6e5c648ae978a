import type { Diagnosis } from './diagnosis.ts';

/** The result of a plain request to the address of the WebSocket (PROTOCOL.md H7). */
export type ProbeAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Media type, lower case, without parameters. */
      readonly type: string;
      /** The address that answered, after redirects. */
      readonly url: string;
      readonly problem: { readonly code: string; readonly origin: string; readonly host: string; readonly detail: string } | undefined;
    }
  /** Something answers, but this page may not read it. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'none' };

/** Where the request came from, and went to. */
export interface ProbeContext {
  readonly endpoint: string;
  /** Origin of the page or worker, as the browser sends it; undefined outside of browsers. */
  readonly page: string | undefined;
}

/** Statuses of failures that may soon be over. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);
const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.+\.localhost)$/u;

/** Why a handshake may have failed, judging by the answer to a plain request; undefined where that says nothing. */
export function classify(context: ProbeContext, answer: ProbeAnswer): Diagnosis | undefined {
  switch (answer.kind) {
    case 'none':
      return isMixed(context) ? insecure(context) : undefined;
    case 'unreadable':
      return noServer(context, 'it answers, but not as one', '');
    case 'answer':
      return classifyAnswer(context, answer);
  }
}

function classifyAnswer(
  context: ProbeContext,
  { status, type, url, problem }: Extract<ProbeAnswer, { kind: 'answer' }>,
): Diagnosis | undefined {
  switch (problem?.code) {
    case 'origin':
      return originRefused(context, problem);
    case 'upgrade':
      if (withoutSlash(url) !== withoutSlash(context.endpoint)) return redirected(context, url);
      return isChanged(context, problem.host) ? hostChanged(context, problem.host) : webSocketsBlocked(context);
    case 'unavailable':
      return undefined;
    default:
  }
  if (status >= 500 || TRANSIENT.has(status)) return undefined;
  const isPage = type === 'text/html' || type === 'application/xhtml+xml';
  const what = status >= 300 ? `HTTP ${status}` : isPage ? 'it answers with a web page' : 'it answers with something else';
  return noServer(context, what, problem?.detail ?? '');
}

/** Whether the Host that arrived differs from the page's, although the page asked its own origin. */
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

function originRefused({ endpoint }: ProbeContext, { origin, detail }: { readonly origin: string; readonly detail: string }): Diagnosis {
  return {
    cause: 'origin',
    problem: `This log server doesn't let in pages from ${origin} (--allow-origin ${origin} would).`,
    advice: `The log-stream server at ${endpoint} refuses this page. ${detail}`,
  };
}

function noServer({ endpoint }: ProbeContext, what: string, detail: string): Diagnosis {
  return {
    cause: 'no-server',
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

function hostChanged({ endpoint, page = '' }: ProbeContext, host: string): Diagnosis {
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

function webSocketsBlocked({ endpoint }: ProbeContext): Diagnosis {
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
