import { isChannel } from '../../../protocol/topic.ts';

/** The resources of a log: the first segment below the base path, which the channel follows. */
const LOG_RESOURCES = ['topics', 'levels', 'groups', 'seek', 'search'] as const;

export type LogResource = (typeof LOG_RESOURCES)[number];

/** The target of a request. */
export type Route =
  | { readonly kind: 'log'; readonly resource: LogResource; readonly channel: string }
  /** Exports of OpenTelemetry: `channel` is undefined if it is not valid, `signal` is `logs`, `traces` or another. */
  | { readonly kind: 'otlp'; readonly channel: string | undefined; readonly signal: string }
  /** Below one of these, but not a valid channel. */
  | { readonly kind: 'no-channel'; readonly resource: LogResource }
  | { readonly kind: 'asset'; readonly name: string };

/**
 * Parses a request target; undefined for a path without a route. It does not use a URL parser, which would resolve `..`
 * before it could be refused.
 */
export function routeOf(target: string, basePath: string): Route | undefined {
  const path = pathOf(target);
  const assets = `${basePath}/assets/`;
  if (path.startsWith(assets)) return { kind: 'asset', name: path.slice(assets.length) };
  if (path.startsWith(`${basePath}/otlp/`)) return otlpRoute(path.slice(basePath.length + '/otlp/'.length));
  const resource = LOG_RESOURCES.find((name) => path.startsWith(`${basePath}/${name}/`));
  if (resource === undefined) return undefined;
  const channel = channelOf(path.slice(basePath.length + resource.length + 2));
  return channel === undefined ? { kind: 'no-channel', resource } : { kind: 'log', resource, channel };
}

/** `CHANNEL/v1/SIGNAL`, which is what exporters make of the endpoint they are given. */
function otlpRoute(path: string): Route | undefined {
  const [, name, signal] = /^(.*)\/v1\/([a-z]+)$/u.exec(path) ?? [];
  return name === undefined || signal === undefined ? undefined : { kind: 'otlp', channel: channelOf(name), signal };
}

/** The query of a request target. */
export function queryOf(target: string): URLSearchParams {
  const [beforeHash = ''] = target.split('#', 1);
  const at = beforeHash.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : beforeHash.slice(at + 1));
}

/** Path of an origin-form (`/path?query`) or absolute-form (`http://host/path`, as sent to proxies) target. */
export function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/iu, '');
  const end = path.search(/[?#]/u);
  return end === -1 ? path : path.slice(0, end);
}

/** The channel that a part of a path names; undefined if it is not valid. */
function channelOf(text: string): string | undefined {
  const channel = decode(text);
  return channel !== undefined && isChannel(channel) && hasPlainSegments(channel) ? channel : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function hasPlainSegments(channel: string): boolean {
  return channel.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
