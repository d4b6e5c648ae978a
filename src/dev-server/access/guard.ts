import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback, parseHost, type AllowedHost } from '../util/hosts.ts';

/** Where a server listens, and by which names it may be called. */
export interface ListenPlace {
  /** Address the server is bound to. */
  readonly address: string;
  readonly port: number;
  readonly allowHosts: readonly AllowedHost[];
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** Headers that proxies add. That there is none proves nothing: the token does. */
const FORWARDING = /^(?:forwarded|via|x-real-ip|x-client-ip|x-forwarded(?:-.*)?|cf-.*)$/u;

/**
 * What speaks against a request that signs, runs or lists, and what to do; undefined when nothing does. It is the second wall,
 * behind the token: a `Host` of another name means DNS rebinding, a foreign `Origin` or `Sec-Fetch-Site` another site's page,
 * a forwarding header a proxy.
 */
export function refusal(place: ListenPlace, headers: IncomingHttpHeaders): string | undefined {
  const { address, port } = place;
  if (!isLoopback(address)) {
    return `This server is reachable from other machines (${address}), so signing and running commands are off. Start it with --host 127.0.0.1.`;
  }
  const host = headers.host ?? '';
  const named = parseHost(host);
  if (named === undefined || !isOwn(place, named)) {
    const option = named === undefined ? '--allow-host HOST:PORT' : `--allow-host ${host}`;
    return `The request names the host ${quoted(host)}, not localhost, 127.0.0.1 or [::1] with port ${port}: open the page there, or start the server with ${option}.`;
  }
  const forwarding = Object.keys(headers).find((name) => FORWARDING.test(name));
  if (forwarding !== undefined) {
    return `The request came through a proxy (${forwarding}). Signing and running commands need a direct connection: open http://127.0.0.1:${port}/ on the machine itself, or through ssh -L with --allow-host localhost:PORT.`;
  }
  const { origin } = headers;
  if (origin !== undefined && !originsOf(named, host).includes(origin.toLowerCase())) {
    return `The request comes from a page of another origin (${quoted(origin)}), and the server was called ${quoted(host)}. Only the server's own page may sign topics and run commands; --allow-host HOST:PORT names it where it has another address.`;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return `The request comes from another site's page (Sec-Fetch-Site: ${String(site).slice(0, 40)}). Only the server's own page may sign topics and run commands; --allow-host HOST:PORT names it where it has another address.`;
  }
  return undefined;
}

function isOwn({ address, port, allowHosts }: ListenPlace, named: AllowedHost): boolean {
  // The address itself is no name that others could have changed the meaning of.
  const bound = address.includes(':') ? `[${address}]` : address;
  if ((named.port ?? 80) === port && (LOCAL_HOSTS.includes(named.host) || named.host === bound)) return true;
  const ports = named.port === undefined ? [80, 443] : [named.port];
  return allowHosts.some(({ host, port: allowed }) => host === named.host && (allowed === undefined || ports.includes(allowed)));
}

/** Origins that the server's own page may have: by a name that was allowed it may be reached through what ends TLS. */
function originsOf({ host }: AllowedHost, text: string): readonly string[] {
  const name = text.toLowerCase();
  return LOCAL_HOSTS.includes(host) ? [`http://${name}`] : [`http://${name}`, `https://${name}`];
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
