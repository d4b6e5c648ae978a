import { Signer } from '../../server/signer.ts';
import type { Command } from '../cli/command.ts';
import { ADDRESS_OPTIONS, addressFrom, dataDirectory, secretsFrom, TOKEN_OPTION } from '../cli/settings.ts';
import { readSecret } from '../secret.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

export const sign: Command = {
  name: 'sign',
  operands: 'CHANNEL [--write] [--ttl 1h]',
  summary: 'Print a signed topic, which lets its bearer watch or write a log',
  about: `
Prints a signed topic: for an element's topic attribute, or as \`Authorization: Bearer\`. It is signed with LOG_STREAM_SECRET,
else with the secret in .log-stream/ of the working directory, else by a server of this machine whose console token is given.

  log-stream sign build:42
  log-stream sign build:42 --write --ttl 1h`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    { name: 'write', help: 'It may append to the log and remove it' },
    { name: 'ttl', value: 'TIME', help: 'It expires after this time (default: never)' },
  ],
  async run(args) {
    const channel = checkChannel(args.operand('The channel'));
    const ttl = args.duration('ttl');
    const options = { write: args.flag('write'), ...(ttl === undefined ? {} : { ttl: Math.max(1, Math.round(ttl / 1_000)) }) };
    const kept = await readSecret(dataDirectory());
    const secrets = secretsFrom() ?? (kept === undefined ? undefined : [kept]);
    let topic: string;
    if (secrets !== undefined) {
      topic = new Signer(secrets).sign(channel, options);
    } else {
      const { endpoint, topics } = await requireServer(addressFrom(args));
      topic = await topics.ask(channel, options.write, options.ttl);
      endpoint.close();
    }
    process.stdout.write(`${topic}\n`);
    return 0;
  },
};
