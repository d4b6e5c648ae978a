import { readConsoleToken } from '../access/console-token.ts';
import { CommandError, UsageError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';
import { secretsFrom } from '../cli/settings.ts';
import { dataDirectory, type ServerAddress } from '../config/settings.ts';
import { knowsToken } from '../client/console-proof.ts';
import { Endpoint } from '../client/endpoint.ts';
import { probe, type ProbeResult } from '../client/probe.ts';
import { Backoff } from '../client/backoff.ts';
import { FixedTopic } from '../client/fixed-topic.ts';
import { TopicSigner, type TopicSource } from '../client/topic-signer.ts';
import { readSecret } from '../data/secret.ts';

/** A server that another process runs. */
export interface RemoteServer {
  readonly endpoint: Endpoint;
  readonly topics: TopicSource;
  /** What lets a page in; undefined when it is not known here. */
  readonly consoleToken: string | undefined;
}

/** ms without an answer after which that is said. */
const NOTE_DELAY = 5_000;
/** ms that a server may take for its first answer; each time it does not answer it gets twice as much, up to the longest. */
const FIRST_TIMEOUT = 30_000;
const MAX_TIMEOUT = 600_000;

/**
 * The log-stream server at an address; undefined when nothing listens there. One that does not answer is waited for. Throws
 * CommandError when another program answers.
 */
export async function findServer(address: ServerAddress): Promise<RemoteServer | undefined> {
  if (address.url !== undefined) return elsewhere(address.url, address.topic);
  const endpoint = new Endpoint(address);
  const kind = address.port === 0 ? 'nobody' : await whoAnswers(endpoint);
  if (kind === 'other')
    throw new CommandError(`What listens at ${endpoint.origin} is not log-stream: choose another port with --port N or PORT=N.`);
  if (kind === 'nobody') return undefined;
  const token = address.consoleToken ?? (await readConsoleToken(dataDirectory()));
  const { topic } = address;
  const topics =
    topic === undefined ? new TopicSigner(endpoint, secretsFrom(), await readSecret(dataDirectory()), token) : new FixedTopic(topic);
  const isKnown = token !== undefined && (await knowsToken(endpoint, token));
  return { endpoint, topics, consoleToken: isKnown ? token : undefined };
}

/** A server that may be anybody's: it is asked for nothing but the log, and nothing of this directory is read for it. */
function elsewhere(url: URL, topic: string | undefined): RemoteServer {
  const endpoint = new Endpoint(url);
  if (topic !== undefined) return { endpoint, topics: new FixedTopic(topic), consoleToken: undefined };
  const secrets = secretsFrom();
  if (secrets === undefined)
    throw new UsageError('Missing topic: give --topic SIGNED, or set LOG_STREAM_SECRET to the secret of that server.');
  return { endpoint, topics: new TopicSigner(endpoint, secrets, undefined), consoleToken: undefined };
}

async function whoAnswers(endpoint: Endpoint): Promise<Exclude<ProbeResult['kind'], 'silent'>> {
  const retry = new Backoff();
  let isSaid = false;
  const say = (why: string): void => {
    if (!isSaid) note(`${endpoint.origin} does not answer (${why}). Waiting until it does.`);
    isSaid = true;
  };
  for (;;) {
    const timer = setTimeout(() => say(`for ${NOTE_DELAY / 1_000} s`), NOTE_DELAY);
    const listener = await probe(endpoint, Math.min(MAX_TIMEOUT, FIRST_TIMEOUT * 2 ** retry.failures)).finally(() => clearTimeout(timer));
    if (listener.kind !== 'silent') return listener.kind;
    say(listener.why);
    await retry.wait();
  }
}

/** The same, where there must be one. */
export async function requireServer(address: ServerAddress): Promise<RemoteServer> {
  const remote = await findServer(address);
  if (remote !== undefined) return remote;
  const { origin } = new Endpoint(address);
  throw new CommandError(
    `Nothing is listening at ${origin}: start a server with \`log-stream serve\`, or say where it is with --host and --port.`,
  );
}
