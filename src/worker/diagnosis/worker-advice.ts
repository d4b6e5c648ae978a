/** What is at the address of a worker that did not start. */
export interface FoundScript {
  readonly status: number;
  /** Media type, lower case, without parameters. */
  readonly type: string;
}

const FILE = 'node_modules/log-stream/dist/worker.js';
const COST = 'so each tab has a WebSocket of its own';
/** The media types that browsers run as a module. */
const SCRIPT = /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/u;
/** Where the dev server of Vite keeps what it has bundled of a dependency, which before Vite 8 does not include workers. */
const VITE_DEPENDENCIES = '/.vite/deps/';

/** Whether the worker is of another origin than the page, which browsers refuse to start. What Turbopack makes of its URL is relative. */
export function isForeign(url: string, page: string): boolean {
  return page !== 'null' && new URL(url, page).origin !== page;
}

/** How to give a page its own copy of the worker. */
export function foreignWorkerAdvice(url: string, page: string): string {
  return (
    `The worker ${url} is not of this page's origin, and the server does not admit its origin null or the page does not allow ` +
    `data: workers, ${COST}. Copy ${FILE} to ${page} and name it in worker-url, as in <log-stream worker-url="/worker.js">; or start the ` +
    'server with --allow-origin null (allowOrigins), which admits sandboxed frames of any site, too.'
  );
}

/** How to mend what was found instead of the worker; undefined where that may be the worker, or where a server fails for now. */
export function missingWorkerAdvice(url: string, { status, type }: FoundScript): string | undefined {
  if (status >= 500 || status === 408 || status === 429) return undefined;
  if (status < 400 && SCRIPT.test(type)) return undefined;
  const what = status < 400 ? `it answers with ${type === '' ? 'something else' : type}` : `HTTP ${status}`;
  const remedy = url.includes(VITE_DEPENDENCIES)
    ? "Put optimizeDeps: { exclude: ['log-stream'] } into the configuration of Vite."
    : `Copy ${FILE} there, or set worker-url to the address it has.`;
  return `There is no worker at ${url} (${what}), ${COST}. ${remedy}`;
}
