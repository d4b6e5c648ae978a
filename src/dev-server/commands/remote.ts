import { readConsoleToken } from '../access/console-token.ts';
import { CommandError } from '../cli/errors.ts';
import { dataDirectory, secretsFrom, type ServerAddress } from '../cli/settings.ts';
import { knowsToken } from '../http/console-proof.ts';
import { Endpoint } from '../http/endpoint.ts';
import { whoListens } from '../http/health.ts';
import { Topics } from '../http/topics.ts';
import { readSecret } from '../secret.ts';

/** A server that another process runs. */
export interface Remote {
  readonly endpoint: Endpoint;
  readonly topics: Topics;
  /** What lets a page in; undefined when it is not known here. */
  readonly consoleToken: string | undefined;
}

/** The log-stream server at an address; undefined when nobody listens there. Throws CommandError when something else does. */
export async function findServer(address: ServerAddress): Promise<Remote | undefined> {
  const endpoint = new Endpoint(address);
  const who = address.port === 0 ? 'nobody' : await whoListens(endpoint);
  if (who === 'other')
    throw new CommandError(`What listens at ${endpoint.origin} is not log-stream: choose another port with --port N or PORT=N.`);
  if (who === 'nobody') return undefined;
  const token = address.consoleToken ?? (await readConsoleToken(dataDirectory()));
  const topics = new Topics(endpoint, secretsFrom(), await readSecret(dataDirectory()), token);
  const isKnown = token !== undefined && (await knowsToken(endpoint, token));
  return { endpoint, topics, consoleToken: isKnown ? token : undefined };
}

/** The same, where there must be one. */
export async function requireServer(address: ServerAddress): Promise<Remote> {
  const remote = await findServer(address);
  if (remote !== undefined) return remote;
  const { origin } = new Endpoint(address);
  throw new CommandError(
    `Nothing listens at ${origin}: start a server with \`log-stream serve\`, or say where it is with --host and --port.`,
  );
}
