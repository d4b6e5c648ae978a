/** The numbers that both sides of the wire agree on. Bytes are UTF-8 bytes, times are milliseconds. */

/** Version of the wire protocol, sent in `hello`. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocol that clients offer; servers accept it but do not require it. */
export const SUBPROTOCOL = 'log-stream.v1';

/** Where the server is mounted by default. */
export const DEFAULT_BASE_PATH = '/log-stream';

export const LIMITS = {
  /** Longest channel, in characters. */
  channelLength: 256,
  /** Shortest secret that signs topics: a shorter one can be guessed from any signed topic. */
  secretBytes: 16,
  /** Longest signed topic, in characters. */
  topicLength: 2_048,
  /** Topics in one subscribe or unsubscribe frame. */
  topicsPerFrame: 25,
  /** Most topics that one socket may follow. */
  topicsPerSocket: 1_000,
  /** Largest frame that a server accepts from a client. */
  frameBytes: 64 * 1_024,
  /** Malformed frames within `malformedWindow` after which a socket is closed with 4400. */
  malformedFrames: 3,
  malformedWindow: 60_000,
  /** Highest line number that viewers show; higher claims of a server are not believed. */
  lines: 1_000_000_000,
  /** Longest frame or answer of a server that a client reads, characters: a page of lines, escaped as JSON, fits. */
  answerLength: 16 * 1_024 * 1_024,
  /** A longer line is stored as several lines marked `p`. */
  lineBytes: 1_024 * 1_024,
  /** A subscriber up to this far behind has the lines replayed; one further behind is `skipped`. */
  replayLines: 1_000,
  replayBytes: 256 * 1_024,
  /** The fewest and the most lines that a tail subscription may ask to be sent at a time. */
  minTailLines: 100,
  maxTailLines: 10_000,
  /** Largest page of history, and the aligned range that clients request. */
  pageLines: 1_000,
  pageBytes: 1_024 * 1_024,
  /** The unfinished last line: how much of its end is sent, and how often. */
  partBytes: 4 * 1_024,
  partInterval: 100,
  /** Most heads in one heartbeat frame. */
  headsPerFrame: 100,
  /** Default heartbeat of a server. */
  heartbeat: 15_000,
  /** Longest escape sequence string (OSC, DCS …) that is read as one while its end has not arrived. */
  escapeLength: 4 * 1_024,
} as const;
