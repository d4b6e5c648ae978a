import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback, parseHost, type AllowedHost } from '../util/hosts.ts';

/** Where a server listens, and under which hosts it may be reached. */
export interface ListenPlace {
  /** The address that the server is bound to. */
  readonly address: string;
  readonly port: number;
  readonly allowHosts: readonly AllowedHost[];
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** Headers that proxies add. Their absence proves nothing; the token does. */
const FORWARDING = /^(?:forwarded|via|x-real-ip|x-client-ip|x-forwarded(?:-.*)?|cf-.*)$/u;

/**
 * Why a request must not sign, run or list, and what to do about it; undefined when it may. The second line of defence after the
 * token: another name in `Host` means DNS rebinding, a foreign `Origin` or `Sec-Fetch-Site` a page of another site, and a forwarding
 * header a proxy.
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
    return `The request is for the host ${quoted(host)}, not for localhost, 127.0.0.1 or [::1] with port ${port}. Open the page there, or start the server with ${option}.`;
  }
  const forwarding = Object.keys(headers).find((name) => FORWARDING.test(name));
  if (forwarding !== undefined) {
    return `The request came through a proxy (${forwarding}), but signing and running commands need a direct connection. Open http://127.0.0.1:${port}/ on the machine itself, or through ssh -L with --allow-host localhost:PORT.`;
  }
  const { origin } = headers;
  if (origin !== undefined && !originsOf(named, host).includes(origin.toLowerCase())) {
    return `The request comes from a page of another origin (${quoted(origin)}; this server is ${quoted(host)}). Only the server's own page may sign topics and run commands; if it has another address, start the server with --allow-host HOST:PORT.`;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return `The request comes from another site's page (Sec-Fetch-Site: ${String(site).slice(0, 40)}). Only the server's own page may sign topics and run commands; if it has another address, start the server with --allow-host HOST:PORT.`;
  }
  return undefined;
}

function isOwn({ address, port, allowHosts }: ListenPlace, named: AllowedHost): boolean {
  // An address, unlike a name, cannot be made to point elsewhere.
  const bound = address.includes(':') ? `[${address}]` : address;
  if ((named.port ?? 80) === port && (LOCAL_HOSTS.includes(named.host) || named.host === bound)) return true;
  const ports = named.port === undefined ? [80, 443] : [named.port];
  return allowHosts.some(({ host, port: allowed }) => host === named.host && (allowed === undefined || ports.includes(allowed)));
}

/** Origins that the server's own page may have. An allowed host may be behind something that terminates TLS. */
function originsOf({ host }: AllowedHost, text: string): readonly string[] {
  const name = text.toLowerCase();
  return LOCAL_HOSTS.includes(host) ? [`http://${name}`] : [`http://${name}`, `https://${name}`];
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
