/** The public surface of `log-stream/server`. */
export { createLogServer, type CloseOptions, type LogServer, type LogServerStats } from './create-log-server.ts';
export { AppendConflictError } from './append/append-conflict-error.ts';
export type { WriteOptions, Writer, WriterOptions } from './append/writer.ts';
export type { WriterStreamOptions } from './append/writer-stream.ts';
export type { LogFn, Logger } from './log/logger.ts';
export type { HistoryCache, LogServerOptions, ServerLimits } from './config/options.ts';
export { Signer, type SignOptions, type TopicVerdict } from './access/signer.ts';
export {
  NO_LOG,
  StoreUnavailableError,
  type AppendResult,
  type Batch,
  type LogStore,
  type LogTail,
  type LogEvent,
  type ReadRange,
  type ReadResult,
  type Retention,
} from './store.ts';
export { packLines, unpackLines, type NewLine, type PackedLines } from './lines/packed-lines.ts';
export type { ExtraRun } from './lines/extra-runs.ts';
export { openStore, type OpenStoreOptions } from './stores/open-store.ts';
export type { Line, LineExtra } from '../protocol/line.ts';
export type { Level } from '../protocol/marks/level.ts';
export type { Interval } from '../protocol/messages.ts';
export type { SecretInput, SecretsInput } from '../protocol/secrets.ts';
export type { Position } from '../protocol/position.ts';
