import { resolve } from 'node:path';
import type { SecretsInput } from '../../protocol/secrets.ts';
import type { Retention } from '../../server/store.ts';
import type { AllowedHost, HostAndPort } from '../util/hosts.ts';

/** Where a server is, and what grants access to it. */
export interface ServerAddress extends HostAndPort {
  /** From --token or LOG_STREAM_CONSOLE_TOKEN; undefined: the one in the data directory. */
  readonly consoleToken?: string | undefined;
  /** From --url: a server elsewhere, with its base path. It never gets the token or the secret of the data directory. */
  readonly url?: URL | undefined;
  /** From --topic or LOG_STREAM_TOPIC: the signed topic to use. */
  readonly topic?: string | undefined;
}

/** The settings of `log-stream serve`. */
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
  /** Hosts besides its own under which the console may be opened. */
  readonly allowHosts?: readonly AllowedHost[];
  readonly retain: Retention;
  /** Whether the console page may run commands. */
  readonly isRunAllowed: boolean;
  /** Whether the metrics are public. */
  readonly hasPublicMetrics: boolean;
  /** ms on shutdown between failing health checks (503) and disconnecting viewers. */
  readonly drain: number;
}

/** The data directory: `.log-stream` in the working directory. */
export function dataDirectory(): string {
  return resolve('.log-stream');
}
