/** What the store needs to know about a server, from its reply to INFO. */
export interface ServerInfo {
  /** Why the store cannot use it; undefined when it can. */
  readonly refusal: string | undefined;
  readonly isCluster: boolean;
  readonly isSentinel: boolean;
  /** Settings that may lose acknowledged lines, as sentences for the operator. */
  readonly warnings: readonly string[];
}

/** Parses the reply to INFO. A missing field counts as being as it should. */
export function parseInfo(info: string): ServerInfo {
  const values = new Map<string, string>();
  for (const [, key = '', value = ''] of info.matchAll(/^([a-z0-9_]+):(.*?)\r?$/gm)) values.set(key, value);
  const mode = values.get('redis_mode');
  return { refusal: refusalOf(values), isCluster: mode === 'cluster', isSentinel: mode === 'sentinel', warnings: warningsOf(values) };
}

/** Stream ids like `0-*` and sharded pub/sub came with Redis 7. Valkey reports the Redis version that it is compatible with. */
function refusalOf(values: ReadonlyMap<string, string>): string | undefined {
  const version = values.get('redis_version');
  if (version === undefined || Number.parseInt(version, 10) >= 7) return undefined;
  return `The server is Redis ${version}. The store needs Redis 7 or later, or Valkey. Upgrade it.`;
}

function warningsOf(values: ReadonlyMap<string, string>): string[] {
  const warnings: string[] = [];
  const policy = values.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction')
    warnings.push(
      `Redis may evict logs when its memory is full (maxmemory-policy is ${policy}). ` +
        'Set it to noeviction: appends are then refused with 503 until there is room, and nothing is lost.',
    );
  if (values.get('aof_enabled') === '0')
    warnings.push(
      'Redis keeps no append-only file (appendonly is no): when it restarts, lines that viewers have seen are lost. ' +
        'Set appendonly yes, and appendfsync always if a power failure must lose nothing.',
    );
  return warnings;
}
