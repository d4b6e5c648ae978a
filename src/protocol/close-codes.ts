/** Close codes that the server uses. */
export const CLOSE = {
  /** The server stops or restarts; `bye` came before. */
  restart: 1012,
  /** The server failed; reconnecting may help. */
  failed: 1011,
  /** The server is overloaded: reconnect later. */
  overload: 1013,
  /** A frame exceeded the size limit. */
  tooBig: 1009,
  /** Too many malformed frames. */
  malformed: 4400,
  /** The client read too slowly for too long. */
  slow: 4408,
  /** The server does not support this version. */
  version: 4426,
} as const;

/**
 * What a client does after its socket closed. `idle`: reconnect if topics remain; `bye`: reconnect within the interval that
 * `bye` named; `refresh`: get fresh topics once, then give up as denied; `stop`: do not reconnect until a person retries; `retry`:
 * reconnect with full jitter.
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
