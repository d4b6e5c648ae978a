/** What the answer to INFO says of a server, as far as the store cares. */
export interface ServerFacts {
  /** Why the store cannot work on it; undefined when it can. */
  readonly refusal: string | undefined;
  readonly isCluster: boolean;
  /** Whether it is no server for data, but watches over others. */
  readonly isSentinel: boolean;
  /** What an operator should know: lines may be lost that were acknowledged. */
  readonly warnings: readonly string[];
}

/** Reads the answer to INFO. What it does not say is taken to be as it should. */
export function readFacts(info: string): ServerFacts {
  const values = new Map<string, string>();
  for (const [, key = '', value = ''] of info.matchAll(/^([a-z0-9_]+):(.*?)\r?$/gm)) values.set(key, value);
  const mode = values.get('redis_mode');
  return { refusal: refusalOf(values), isCluster: mode === 'cluster', isSentinel: mode === 'sentinel', warnings: warningsOf(values) };
}

/** Streams with `0-*` and sharded pub/sub came with Redis 7. Valkey tells the version of Redis it is compatible with. */
function refusalOf(values: ReadonlyMap<string, string>): string | undefined {
  const version = values.get('redis_version');
  if (version === undefined || Number.parseInt(version, 10) >= 7) return undefined;
  return `The server is Redis ${version}. The store needs Redis 7 or later, or Valkey: upgrade it.`;
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
      'Redis keeps no append-only file (appendonly is no): a restart of it loses lines that viewers have seen. ' +
        'Set appendonly yes, and appendfsync always where a power failure must lose nothing.',
    );
  return warnings;
}
