/** Every number that both sides of the wire agree on, in one place. Bytes are UTF-8 bytes, times are milliseconds. */

/** Version of the wire protocol, sent in `hello`. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocol a client offers; a server accepts it but does not require it. */
export const SUBPROTOCOL = 'log-stream.v1';

/** Where the server is mounted unless it is told otherwise. */
export const DEFAULT_BASE_PATH = '/log-stream';

export const LIMITS = {
  /** Longest channel name, in characters. */
  channelLength: 256,
  /** Shortest secret that signs topics: what is shorter is found by trying, from any signed topic. */
  secretBytes: 16,
  /** Longest signed topic that is looked at, in characters. */
  topicLength: 2_048,
  /** Topics in one subscribe or unsubscribe frame. */
  topicsPerFrame: 25,
  /** Topics one socket may follow. */
  topicsPerSocket: 1_000,
  /** Largest frame a server accepts from a client. */
  frameBytes: 64 * 1_024,
  /** Malformed frames within `malformedWindow` after which a socket is closed with 4400. */
  malformedFrames: 3,
  malformedWindow: 60_000,
  /** Highest line number that viewers show; what a server claims beyond is not believed. */
  lines: 1_000_000_000,
  /** Longest frame or answer of a server that is read, characters: at most a page of lines, escaped as JSON. */
  answerLength: 16 * 1_024 * 1_024,
  /** A longer line is stored as several lines marked `p`. */
  lineBytes: 1_024 * 1_024,
  /** A distance up to this is replayed on the socket; a longer one is `skipped`. */
  replayLines: 1_000,
  replayBytes: 256 * 1_024,
  /** A page of history, and the aligned range a client asks for. */
  pageLines: 1_000,
  pageBytes: 1_024 * 1_024,
  /** The unfinished last line: its tail, and how often it is sent. */
  partBytes: 4 * 1_024,
  partInterval: 100,
  /** Heads in one heartbeat frame. */
  headsPerFrame: 100,
  /** Heartbeat a server announces unless it is told otherwise. */
  heartbeat: 15_000,
  /** Longest escape sequence string (OSC, DCS …) that is read as one where its end may be yet to come, or never comes. */
  escapeLength: 4 * 1_024,
} as const;
