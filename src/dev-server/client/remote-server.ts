import type { Endpoint } from './endpoint.ts';
import type { TopicSource } from './topic-signer.ts';

/** A server in another process. */
export interface RemoteServer {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  /** The token that opens the server's console; undefined when it is not known here. */
  readonly consoleToken: string | undefined;
}
