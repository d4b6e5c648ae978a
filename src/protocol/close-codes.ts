/** Close codes the server uses besides those of RFC 6455. */
export const CLOSE = {
  /** Server goes away or restarts; `bye` came before. */
  restart: 1012,
  /** The server failed; coming back may help. */
  failed: 1011,
  /** The server has more to do than it may: come back later. */
  overload: 1013,
  /** Frame over the size limit. */
  tooBig: 1009,
  /** Too many malformed frames. */
  malformed: 4400,
  /** The socket did not take what was sent for too long. */
  slow: 4408,
  /** The server does not speak this version. */
  version: 4426,
} as const;

/**
 * What a client does when its socket closed:
 * `idle` reconnect if topics remain, `bye` retry within what `bye` said, `refresh` new tokens once and then denied,
 * `stop` never again by itself, `retry` come back with full jitter.
 */
export type CloseVerdict = 'idle' | 'bye' | 'refresh' | 'stop' | 'retry';

const VERDICTS: ReadonlyMap<number, CloseVerdict> = new Map([
  [1000, 'idle'],
  [1001, 'idle'],
  [1008, 'refresh'],
  [1009, 'stop'],
  [1012, 'bye'],
  [1013, 'bye'],
  [4400, 'stop'],
  [4401, 'refresh'],
  [4403, 'stop'],
  [4408, 'retry'],
  [4426, 'stop'],
]);

export function closeVerdict(code: number): CloseVerdict {
  return VERDICTS.get(code) ?? 'retry';
}
