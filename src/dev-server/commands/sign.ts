import { Signer } from '../../server/access/signer.ts';
import { flag, text } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { CommandError, UsageError } from '../util/errors.ts';
import { ADDRESS_OPTIONS, addressFrom, secretsFrom, TOKEN_OPTION, type AddressOptions } from '../cli/settings.ts';
import { dataDirectory } from '../config/settings.ts';
import { DEFAULT_TTL, parseTtl, ttlOption } from '../util/units.ts';
import { TopicSigner } from '../client/topic-signer.ts';
import { readSecret } from '../data/secret.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

interface SignOptions extends AddressOptions {
  readonly write?: true;
  readonly delete?: true;
  readonly metrics?: true;
  /** Seconds. */
  readonly ttl?: number | 'never';
}

export const sign: CommandModule<SignOptions> = {
  operands: ['[CHANNEL]'],
  usage: '(CHANNEL [--write] [--delete] | --metrics) [--ttl 24h|never]',
  about: `
Prints a signed topic, for an element's topic attribute or as \`Authorization: Bearer\`. It allows reading the log, and nothing
else unless you say so. It is signed with LOG_STREAM_SECRET, else with the secret in .log-stream/ of the working directory, else
by a server of this machine whose console token is known.

  log-stream sign build:42
  log-stream sign build:42 --write --ttl 1h
  log-stream sign --metrics --ttl never`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    flag('--write', 'Also allow appending'),
    flag('--delete', 'Also allow removing the log'),
    text('--ttl <TIME>', 'Time until the topic expires, e.g. 10m or 7d, or never (default: 24h)', checkTtl),
    flag('--metrics', 'Sign for reading /log-stream/metrics instead of a log'),
  ],
  async run({ operands: [operand = ''], options }) {
    const topic = options.metrics === true ? await signMetrics(operand, options) : await signLog(operand, options);
    process.stdout.write(`${topic}\n`);
    return 0;
  },
};

async function signLog(operand: string, options: SignOptions): Promise<string> {
  if (operand === '') throw new UsageError('Missing CHANNEL.');
  const channel = checkChannel(operand);
  const { write = false, delete: remove = false, ttl = DEFAULT_TTL } = options;
  const rights = { write, delete: remove };
  const signer = await ownSigner();
  if (signer !== undefined) return signer.sign(channel, { ...rights, ...ttlOption(ttl) });
  const { endpoint, consoleToken } = await requireServer(addressFrom(options));
  try {
    return await new TopicSigner(endpoint, undefined, undefined, consoleToken).ask(channel, { ...rights, ttl });
  } finally {
    endpoint.close();
  }
}

async function signMetrics(operand: string, { write, delete: remove, ttl = DEFAULT_TTL }: SignOptions): Promise<string> {
  if (operand !== '') throw new UsageError(`Unexpected argument ${JSON.stringify(operand)}: --metrics takes no channel.`);
  if (write === true || remove === true) throw new UsageError('A topic for metrics only reads: leave out --write and --delete.');
  const signer = await ownSigner();
  if (signer !== undefined) return signer.signMetrics(ttlOption(ttl));
  throw new CommandError(
    'Missing secret: set LOG_STREAM_SECRET to that of the server, or run this in the directory where its .log-stream/ is.',
  );
}

/** Signs with the secret of the environment, else with that of the data directory; undefined without either. */
async function ownSigner(): Promise<Signer | undefined> {
  const secrets = secretsFrom() ?? (await readSecret(dataDirectory()));
  return secrets === undefined ? undefined : new Signer(secrets);
}

function checkTtl(value: string): number | 'never' {
  const ttl = parseTtl(value);
  if (ttl === undefined) throw new UsageError(`--ttl takes a time such as 10m, 24h or 7d, or never, not ${JSON.stringify(value)}.`);
  return ttl;
}
