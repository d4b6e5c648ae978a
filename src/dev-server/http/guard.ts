import type { IncomingHttpHeaders } from 'node:http';

const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/iu;
const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/u;

/** Whether a socket that is bound to this address is reached from this machine alone. */
export function isLoopback(address: string): boolean {
  return LOOPBACK_ADDRESS.test(address);
}

/**
 * Whether a request comes from a person at this machine, in a page of this server or no page at all. Only such a
 * request may sign topics and run commands. Returns why not and what to do, or undefined when it may.
 *
 * `address` is what the server is bound to. A `Host` of another name means DNS rebinding, a foreign `Origin` or
 * `Sec-Fetch-Site` another site's page, a forwarding header a proxy that lets in who knows whom.
 */
export function refusal(address: string, headers: IncomingHttpHeaders): string | undefined {
  if (!isLoopback(address)) {
    return `This server listens on ${address}, where others reach it. Signing and running commands need it on loopback: start it with --host 127.0.0.1.`;
  }
  const host = headers.host ?? '';
  if (!LOCAL_HOST.test(host)) {
    return 'Signing and running commands need the address http://localhost, http://127.0.0.1 or http://[::1]: open the page there.';
  }
  const forwarding = Object.keys(headers).find((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
  if (forwarding !== undefined) {
    return `The request came through a proxy (${forwarding}). Signing and running commands need a direct connection: open http://${host}/ on the machine itself.`;
  }
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return 'The request comes from a page of another origin. Only this server’s own page may sign topics and run commands.';
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return `The request comes from another site’s page (Sec-Fetch-Site: ${String(site).slice(0, 40)}). Only this server’s own page may sign topics and run commands.`;
  }
  return undefined;
}
