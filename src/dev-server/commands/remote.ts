import { readConsoleToken } from '../access/console-token.ts';
import { CommandError, UsageError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';
import { secretsFrom } from '../cli/settings.ts';
import { dataDirectory, type ServerAddress } from '../config/settings.ts';
import { knowsToken } from '../client/console-proof.ts';
import { Endpoint } from '../client/endpoint.ts';
import { probe, type ProbeResult } from '../client/probe.ts';
import { Retry } from '../client/retry.ts';
import { FixedTopic } from '../client/fixed-topic.ts';
import type { RemoteServer } from '../client/remote-server.ts';
import { TopicSigner } from '../client/topic-signer.ts';
import { readSecret } from '../data/secret.ts';

/** ms without an answer after which the user is told. */
const NOTE_DELAY = 5_000;
/** ms to wait for the first answer; doubled after each failure, up to the maximum. */
const FIRST_TIMEOUT = 30_000;
const MAX_TIMEOUT = 600_000;

/**
 * The log-stream server at an address; undefined when nothing listens there. Waits for a server that does not answer. Throws
 * CommandError when another program answers.
 */
export async function findServer(address: ServerAddress): Promise<RemoteServer | undefined> {
  if (address.url !== undefined) return elsewhere(address.url, address.topic);
  const endpoint = new Endpoint(address);
  const kind = address.port === 0 ? 'nothing' : await waitForAnswer(endpoint);
  if (kind === 'other')
    throw new CommandError(`What listens at ${endpoint.origin} is not log-stream: choose another port with --port N or PORT=N.`);
  if (kind === 'nothing') return undefined;
  const token = address.consoleToken ?? (await readConsoleToken(dataDirectory()));
  const { topic } = address;
  const topics =
    topic === undefined ? new TopicSigner(endpoint, secretsFrom(), await readSecret(dataDirectory()), token) : new FixedTopic(topic);
  const isKnown = token !== undefined && (await knowsToken(endpoint, token));
  return { endpoint, topics, consoleToken: isKnown ? token : undefined };
}

/** A server that others may run: it is asked only for the log, and gets nothing of this data directory. */
function elsewhere(url: URL, topic: string | undefined): RemoteServer {
  const endpoint = new Endpoint(url);
  if (topic !== undefined) return { endpoint, topics: new FixedTopic(topic), consoleToken: undefined };
  const secrets = secretsFrom();
  if (secrets === undefined)
    throw new UsageError('Missing topic: give --topic SIGNED, or set LOG_STREAM_TOPIC, or LOG_STREAM_SECRET to the secret of that server.');
  return { endpoint, topics: new TopicSigner(endpoint, secrets, undefined), consoleToken: undefined };
}

async function waitForAnswer(endpoint: Endpoint): Promise<Exclude<ProbeResult['kind'], 'silent'>> {
  const backoff = new Retry();
  let wasTold = false;
  const tell = (why: string): void => {
    if (!wasTold) note(`${endpoint.origin} does not answer (${why}). Waiting until it does.`);
    wasTold = true;
  };
  for (;;) {
    const timer = setTimeout(() => tell(`for ${NOTE_DELAY / 1_000} s`), NOTE_DELAY);
    const result = await probe(endpoint, Math.min(MAX_TIMEOUT, FIRST_TIMEOUT * 2 ** backoff.failures)).finally(() => clearTimeout(timer));
    if (result.kind !== 'silent') return result.kind;
    tell(result.why);
    await backoff.wait();
  }
}

/** As `findServer`, but throws CommandError when nothing listens. */
export async function requireServer(address: ServerAddress): Promise<RemoteServer> {
  const remote = await findServer(address);
  if (remote !== undefined) return remote;
  const { origin } = new Endpoint(address);
  throw new CommandError(
    `Nothing is listening at ${origin}: start a server with \`log-stream serve\`, or say where it is with --host and --port.`,
  );
}
