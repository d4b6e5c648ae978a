import type { WorkerScript } from './trusted-worker.ts';

/**
 * Separates what the page itself says from what markup in its body says. Pages show what their users wrote, so markup may
 * come from anybody: it must neither run a script nor learn a signed topic.
 *
 * - `<link rel="log-stream">` and `<link rel="log-stream-worker">` count in the head, which users do not write.
 * - A `<base>` in the body is ignored.
 * - Elements with names, such as `<form name="head">`, hide properties of `document`: the prototype's are read instead.
 * - `worker-url` in markup is left to Trusted Types, unless the page vouches for it.
 * - `endpoint` in markup may lead anywhere, together with the topic beside it, which its author has already. Where the page
 *   does not vouch for it, no fresh topic is requested: the page would hand out one that the author does not have.
 */

/** Undefined where there is no page, e.g. in Node. */
function head(): HTMLHeadElement | undefined {
  if (typeof Document === 'undefined') return undefined;
  const element: unknown = Reflect.get(Document.prototype, 'head', document);
  return element instanceof HTMLHeadElement ? element : undefined;
}

/** The base of relative URLs: the browser's, but without a `<base>` outside of the head. */
function base(): string | undefined {
  if (typeof Document === 'undefined') return undefined;
  const first = Document.prototype.querySelector.call(document, 'base[href]');
  if (first === null || head()?.contains(first)) return String(Reflect.get(Node.prototype, 'baseURI', document));
  const url = String(Reflect.get(Document.prototype, 'URL', document));
  // A document without an address of its own, e.g. of `srcdoc`, has at least an origin.
  return url.startsWith('about:') ? origin : url;
}

export function absolute(url: string): string {
  return new URL(url, base()).href;
}

/** The server's base URL, absolute and without a slash at its end. */
export function endpointOf(url: string): string {
  return absolute(url).replace(/\/+$/u, '');
}

/** The absolute URL that a link in the page's head names; undefined for none. */
export function headLink(rel: 'log-stream' | 'log-stream-worker'): string | undefined {
  const href = head()?.querySelector(`link[rel~="${rel}"]`)?.getAttribute('href') ?? undefined;
  return href === undefined ? undefined : absolute(href);
}

/** Whether the server is the page's own, or the page itself names it; otherwise markup may have named it. */
export function isVouchedEndpoint(url: string): boolean {
  const linked = headLink('log-stream');
  return new URL(absolute(url)).origin === origin || (linked !== undefined && endpointOf(linked) === endpointOf(url));
}

/** The worker script of that URL; `byCode`: the page's code names it. */
export function scriptOf(workerUrl: string, byCode: boolean): WorkerScript {
  const url = absolute(workerUrl);
  return { url, vouched: byCode || url === headLink('log-stream-worker') };
}
