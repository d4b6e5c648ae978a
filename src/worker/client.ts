export type {
  ClientOptions,
  ClientStats,
  Log,
  LogLine,
  LogState,
  LogStatus,
  LogStreamClient,
  OpenOptions,
  Range,
  LineRun,
  View,
  ViewUpdate,
} from './api.ts';
export { connect } from './tab/client.ts';
export { LogDeniedError, LogResetError, LogTruncatedError } from './tab/errors.ts';
