import { resolve } from 'node:path';
import type { SecretsInput } from '../../protocol/secrets.ts';
import type { Retention } from '../../server/store.ts';
import type { AllowedHost, HostAndPort } from '../util/hosts.ts';

/** Where a server listens, and what lets its client in. */
export interface ServerAddress extends HostAndPort {
  /** From --token or LOG_STREAM_CONSOLE_TOKEN; undefined: the one in the data directory. */
  readonly consoleToken?: string | undefined;
  /** From --url: a server elsewhere, with its base path. Neither the token nor the secret of the data directory is for it. */
  readonly url?: URL | undefined;
  /** From --topic: the signed topic to use. */
  readonly topic?: string | undefined;
}

/** Everything `serve` can be told. */
export interface ServeSettings extends ServerAddress {
  /** `lmdb:DIR`, `redis://…`, `rediss://…`, `redis+sentinel://…`, `rediss+sentinel://…` or `memory:`. */
  readonly store: string;
  /** Holds the secret and the list of jobs. */
  readonly dataDirectory: string;
  /** Where jobs run. */
  readonly workingDirectory: string;
  /** From LOG_STREAM_SECRET; undefined: the one in the data directory. */
  readonly secrets: SecretsInput | undefined;
  readonly allowOrigins: readonly string[] | '*';
  /** Hosts besides its own under which the console may be called. */
  readonly allowHosts?: readonly AllowedHost[];
  readonly retain: Retention;
  /** Whether the page may run commands. */
  readonly isRunAllowed: boolean;
  /** Whether anybody may read the metrics. */
  readonly hasPublicMetrics: boolean;
  /** ms between being told to stop, when health turns 503, and sending viewers away. */
  readonly drain: number;
}

/** The data directory: `.log-stream` in the working directory. */
export function dataDirectory(): string {
  return resolve('.log-stream');
}
