import { Signer } from '../../server/access/signer.ts';
import type { Arguments } from '../cli/arguments.ts';
import type { Command } from '../cli/command.ts';
import { CommandError, UsageError } from '../util/errors.ts';
import { ADDRESS_OPTIONS, addressFrom, secretsFrom, TOKEN_OPTION } from '../cli/settings.ts';
import { dataDirectory } from '../config/settings.ts';
import { DEFAULT_TTL, parseTtl, signsFor } from '../util/units.ts';
import { TopicSigner } from '../client/topic-signer.ts';
import { readSecret } from '../data/secret.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

export const sign: Command = {
  name: 'sign',
  operands: '(CHANNEL [--write] [--delete] | --metrics) [--ttl 24h|never]',
  summary: 'Print a signed topic, which lets its bearer watch or write a log',
  about: `
Prints a signed topic: for an element's topic attribute, or as \`Authorization: Bearer\`. It is signed with LOG_STREAM_SECRET,
else with the secret in .log-stream/ of the working directory, else by a server of this machine whose console token is known. It reads
the log, and does no more unless you say so.

  log-stream sign build:42
  log-stream sign build:42 --write --ttl 1h
  log-stream sign --metrics --ttl never`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    { name: 'write', help: 'Also allow appending' },
    { name: 'delete', help: 'Also allow removing the log' },
    { name: 'ttl', value: 'TIME', help: 'It expires after this time, or never (default 24h)' },
    { name: 'metrics', help: 'Sign for reading /log-stream/metrics instead of a log' },
  ],
  async run(args) {
    const isMetrics = args.flag('metrics');
    const topic = isMetrics ? await signMetrics(args) : await signLog(args);
    process.stdout.write(`${topic}\n`);
    return 0;
  },
};

async function signLog(args: Arguments): Promise<string> {
  const channel = checkChannel(args.operand('CHANNEL'));
  const rights = { write: args.flag('write'), delete: args.flag('delete') };
  const ttl = ttlFrom(args);
  const signer = await ownSigner();
  if (signer !== undefined) return signer.sign(channel, { ...rights, ...signsFor(ttl) });
  const { endpoint, consoleToken } = await requireServer(addressFrom(args));
  try {
    return await new TopicSigner(endpoint, undefined, undefined, consoleToken).ask(channel, { ...rights, ttl });
  } finally {
    endpoint.close();
  }
}

async function signMetrics(args: Arguments): Promise<string> {
  args.noOperands();
  if (args.flag('write') || args.flag('delete')) throw new UsageError('A topic for metrics only reads: leave --write and --delete out.');
  const ttl = ttlFrom(args);
  const signer = await ownSigner();
  if (signer !== undefined) return signer.signMetrics(signsFor(ttl));
  throw new CommandError(
    'Missing secret: set LOG_STREAM_SECRET to that of the server, or run this in the directory where its .log-stream/ is.',
  );
}

/** What signs with the secret of the environment, else with that of the directory; undefined without either. */
async function ownSigner(): Promise<Signer | undefined> {
  const secrets = secretsFrom() ?? (await readSecret(dataDirectory()));
  return secrets === undefined ? undefined : new Signer(secrets);
}

/** Throws UsageError. */
function ttlFrom(args: Arguments): number | 'never' {
  const text = args.text('ttl');
  const ttl = text === undefined ? DEFAULT_TTL : parseTtl(text);
  if (ttl === undefined) throw new UsageError(`--ttl takes a time such as 10m, 24h or 7d, or never, not ${JSON.stringify(text)}.`);
  return ttl;
}
