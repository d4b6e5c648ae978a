/** The public surface of `log-stream/winston`. */
export { LogStreamTransport, type LogStreamTransportOptions } from './log-stream-transport.ts';
export type { LogSenderOptions } from './options.ts';
