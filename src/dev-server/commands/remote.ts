import { readConsoleToken } from '../access/console-token.ts';
import { CommandError, UsageError } from '../cli/errors.ts';
import { note } from '../cli/stdout-pipe.ts';
import { dataDirectory, secretsFrom, type ServerAddress } from '../cli/settings.ts';
import { knowsToken } from '../http/console-proof.ts';
import { Endpoint } from '../http/endpoint.ts';
import { whoListens, type Listener } from '../http/health.ts';
import { Retry } from '../http/retry.ts';
import { GivenTopic } from '../http/given-topic.ts';
import { Topics, type TopicSource } from '../http/topics.ts';
import { readSecret } from '../secret.ts';

/** A server that another process runs. */
export interface Remote {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  /** What lets a page in; undefined when it is not known here. */
  readonly consoleToken: string | undefined;
}

/** ms without an answer after which that is said. */
const SAID_AFTER = 5_000;
/** ms that a server may take for its first answer; each time it does not answer it gets twice as much, up to the longest. */
const PATIENCE = 30_000;
const LONGEST_PATIENCE = 600_000;

/**
 * The log-stream server at an address; undefined when nothing listens there. One that does not answer is waited for. Throws
 * CommandError when another program answers.
 */
export async function findServer(address: ServerAddress): Promise<Remote | undefined> {
  if (address.url !== undefined) return elsewhere(address.url, address.topic);
  const endpoint = new Endpoint(address);
  const kind = address.port === 0 ? 'nobody' : await whoAnswers(endpoint);
  if (kind === 'other')
    throw new CommandError(`What listens at ${endpoint.origin} is not log-stream: choose another port with --port N or PORT=N.`);
  if (kind === 'nobody') return undefined;
  const token = address.consoleToken ?? (await readConsoleToken(dataDirectory()));
  const { topic } = address;
  const topics =
    topic === undefined ? new Topics(endpoint, secretsFrom(), await readSecret(dataDirectory()), token) : new GivenTopic(topic);
  const isKnown = token !== undefined && (await knowsToken(endpoint, token));
  return { endpoint, topics, consoleToken: isKnown ? token : undefined };
}

/** A server that may be anybody's: it is asked for nothing but the log, and nothing of this directory is read for it. */
function elsewhere(url: URL, topic: string | undefined): Remote {
  const endpoint = new Endpoint(url);
  if (topic !== undefined) return { endpoint, topics: new GivenTopic(topic), consoleToken: undefined };
  const secrets = secretsFrom();
  if (secrets === undefined)
    throw new UsageError('Missing topic: give --topic SIGNED, or set LOG_STREAM_SECRET to the secret of that server.');
  return { endpoint, topics: new Topics(endpoint, secrets, undefined), consoleToken: undefined };
}

async function whoAnswers(endpoint: Endpoint): Promise<Exclude<Listener['kind'], 'silent'>> {
  const retry = new Retry();
  let isSaid = false;
  const say = (why: string): void => {
    if (!isSaid) note(`${endpoint.origin} does not answer (${why}). Waiting until it does.`);
    isSaid = true;
  };
  for (;;) {
    const timer = setTimeout(() => say(`for ${SAID_AFTER / 1_000} s`), SAID_AFTER);
    const listener = await whoListens(endpoint, Math.min(LONGEST_PATIENCE, PATIENCE * 2 ** retry.failures)).finally(() =>
      clearTimeout(timer),
    );
    if (listener.kind !== 'silent') return listener.kind;
    say(listener.why);
    await retry.wait();
  }
}

/** The same, where there must be one. */
export async function requireServer(address: ServerAddress): Promise<Remote> {
  const remote = await findServer(address);
  if (remote !== undefined) return remote;
  const { origin } = new Endpoint(address);
  throw new CommandError(
    `Nothing is listening at ${origin}: start a server with \`log-stream serve\`, or say where it is with --host and --port.`,
  );
}
