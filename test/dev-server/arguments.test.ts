import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { flag, integer, list, text } from '../../src/dev-server/cli/options.ts';
import { runProgram, type CommandModule, type Invocation } from '../../src/dev-server/cli/program.ts';
import {
  addressFrom,
  REMOTE_OPTIONS,
  remoteAddressFrom,
  secretsFrom,
  SERVE_OPTIONS,
  serveSettings,
  type ServeOptions,
} from '../../src/dev-server/cli/settings.ts';
import { UsageError } from '../../src/dev-server/util/errors.ts';
import { parseBytes, parseDuration } from '../../src/dev-server/util/units.ts';
import { Signer } from '../../src/server/access/signer.ts';

/** The values of the options of `serve`. */
function parse(...argv: readonly string[]): ServeOptions {
  const command = new Command();
  for (const option of SERVE_OPTIONS) command.addOption(option);
  return command.parse(argv, { from: 'user' }).opts<ServeOptions>();
}

const MODULE: Omit<CommandModule, 'run'> = {
  operands: ['[FILE]'],
  usage: '[FILE] [options] -- CMD',
  about: 'Does nothing.',
  options: [
    integer('--port <N>', 'Port (default: 1)', 0, 65_535),
    integer('--end <CODE>', 'Exit code', -255, 255).conflicts('quiet'),
    text('--name <NAME>', 'Name'),
    list('--job <CMD>', 'Command (repeatable)'),
    flag('--quiet', 'Says nothing'),
    flag('--no-run', 'Runs nothing'),
  ],
  takesCommand: true,
};

interface Called {
  readonly code: number;
  readonly call: Invocation | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with the commands `serve`, which does nothing, and `sign`, which cannot be loaded. */
async function call(...argv: readonly string[]): Promise<Called> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    const spy = vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      printed[name] += String(chunk);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  let called: Invocation | undefined;
  const run = async (invocation: Invocation): Promise<number> => {
    called = invocation;
    return 7;
  };
  const code = await runProgram(
    [
      { name: 'serve', summary: 'Serves', load: async () => ({ ...MODULE, run }) },
      { name: 'sign', summary: 'Signs', load: () => Promise.reject(new Error('was loaded')) },
    ],
    argv,
  );
  return { code, call: called, ...printed };
}

describe('the command line', () => {
  it('takes options with a space, with an equals sign, repeated ones and flags', async () => {
    const { code, call: invocation } = await call('serve', '--port', '1', '--name=a=b', '--job', 'x', '--job', 'y', '--no-run', 'FILE');
    expect(code).toBe(7);
    expect(invocation).toEqual({ operands: ['FILE'], words: [], options: { port: 1, name: 'a=b', job: ['x', 'y'], run: false } });
  });

  it('leaves everything after -- to the command, options and all', async () => {
    const { call: invocation } = await call('serve', '--port', '1', '--', 'make', '--port', '2', '--help', '--', '-v');
    expect(invocation).toMatchObject({ words: ['make', '--port', '2', '--help', '--', '-v'], options: { port: 1 } });
  });

  it('takes values that begin with a dash', async () => {
    expect((await call('serve', '--end', '-1', '--name', '-x')).call?.options).toMatchObject({ end: -1, name: '-x' });
  });

  it.each([
    [['--prot', '1'], /^log-stream: Unknown option --prot\. Did you mean --port\?\nUsage: log-stream serve \[FILE\]/],
    [['-x'], /^log-stream: Unknown option -x\.\n/],
    // What was meant to be a topic or token must not end up in the log of a build.
    [['--tpoic=SIGNED'], /^log-stream: Unknown option --tpoic\.\n(?![^]*SIGNED)/],
    [['--port'], /^log-stream: Missing value of --port\.\n/],
    [['--name', '--quiet'], /^log-stream: Missing value of --name\.\n/],
    [['--port', '1', '--port', '2'], /--port was given more than once: give it once\./],
    [['--port', '80x'], /--port takes a whole number from 0 to 65535, not "80x"\./],
    [['--end', '1', '--quiet'], /--end cannot be used with --quiet: leave out --quiet\./],
    [['a', 'b'], /Unexpected argument "b": only one is expected here\./],
    [['--\u001b[31m'], /Unknown option --\.|Unknown option --\[31m\./],
  ])('answers %j with code 2, what is wrong and where the help is', async (args, message) => {
    const { code, call: invocation, stdout, stderr } = await call('serve', ...args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/\nSee log-stream serve --help\.\n$/);
    expect(stderr).not.toContain('\u001b');
    expect([code, invocation, stdout]).toEqual([2, undefined, '']);
  });

  it.each([
    [['serv'], 'log-stream: Unknown command "serv". Did you mean serve? Commands: serve, sign. See --help.\n'],
    [['dance', '--help'], 'log-stream: Unknown command "dance". Commands: serve, sign. See --help.\n'],
    [['help', 'dance'], 'log-stream: Unknown command "dance". Commands: serve, sign. See --help.\n'],
    [['--dance'], 'log-stream: Unknown option --dance.\n'],
  ])('answers %j with code 2 and what there is', async (argv, message) => {
    expect(await call(...argv)).toEqual({ code: 2, call: undefined, stdout: '', stderr: message });
  });

  it('shows the help of a command, whatever else is wrong, and loads no other command', async () => {
    for (const argv of [
      ['serve', '--help'],
      ['help', 'serve'],
      ['serve', '--prot', '-h'],
      ['serve', '--name', '--quiet', '--help'],
    ]) {
      const { code, stdout, stderr } = await call(...argv);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(
        /^Usage: log-stream serve \[FILE\] \[options\] -- CMD\n\nDoes nothing\.\n[^]*^ {2}--port N +Port \(default: 1\)$/m,
      );
    }
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const { code, stdout } = await call(...argv);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^ {2}serve +Serves\n {2}sign +Signs$[^]*LOG_STREAM_TOPIC/m)]);
    }
    expect(await call()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Usage: log-stream COMMAND/) });
    expect((await call('-v')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the settings', () => {
  it.each([
    ['a port beyond the last', () => addressFrom(parse('--port', '65536'), {}), /from 0 to 65535/],
    ['a port that is no number', () => addressFrom(parse('--port', '80x'), {}), /"80x"/],
    ['a PORT that is no number', () => addressFrom(parse(), { PORT: 'abc' }), /PORT takes/],
    ['a host that is a URL', () => addressFrom(parse('--host', 'http://x'), {}), /--host/],
    ['an origin with a path', () => serveSettings(parse('--allow-origin', 'https://a.example/x'), {}), /origin such as/],
    ['an origin of another scheme', () => serveSettings(parse('--allow-origin', 'ftp://a.example'), {}), /origin such as/],
    ['a retention of no lines', () => serveSettings(parse('--retain-lines', '0'), {}), /from 1/],
    ['a size without a number', () => serveSettings(parse('--retain-bytes', 'M'), {}), /100M/],
    ['an age without a unit it knows', () => serveSettings(parse('--retain-age', '3w'), {}), /7d/],
    ['an empty secret', () => secretsFrom({ LOG_STREAM_SECRET: 'the secret of today,' }), /Secret 2 of 2 in LOG_STREAM_SECRET is empty/],
    ['a short secret', () => secretsFrom({ LOG_STREAM_SECRET: 's3' }), /The secret in LOG_STREAM_SECRET is too short: 2 bytes.*Make one/],
    [
      'a topic in the environment that is none',
      () => remoteAddressFrom({}, { LOG_STREAM_TOPIC: 'x' }),
      /LOG_STREAM_TOPIC takes a signed topic/,
    ],
  ])('refuse %s and say what to write', (_what, read, message) => {
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  it('take the topic from --topic, else from LOG_STREAM_TOPIC', () => {
    const signer = new Signer(['the secret of today']);
    const [given, env] = [signer.sign('given'), { LOG_STREAM_TOPIC: signer.sign('environment'), LOG_STREAM_CONSOLE_TOKEN: 'short' }];
    const url = new URL('https://logs.example.com/log-stream');
    // A token of this machine is not for a server elsewhere, not even a bad one.
    expect(remoteAddressFrom({ url, topic: given }, env)).toMatchObject({ url, topic: given, consoleToken: undefined });
    expect(remoteAddressFrom({ url }, env).topic).toBe(env.LOG_STREAM_TOPIC);
    expect(REMOTE_OPTIONS.find(({ long }) => long === '--topic')?.description).toMatch(/visible in the list of processes/);
  });

  it('take the port, the store and the secrets from the environment unless options say otherwise', () => {
    const env = { PORT: '9000', LOG_STREAM_STORE: 'memory:', LOG_STREAM_SECRET: 'the secret of today, the one of yesterday' };
    const secrets = [Buffer.from('the secret of today'), Buffer.from('the one of yesterday')].map((bytes) => Uint8Array.from(bytes));
    expect(serveSettings(parse(), env)).toMatchObject({ port: 9_000, store: 'memory:', secrets });
    expect(serveSettings(parse('--port', '1', '--store', 'lmdb:/x'), env)).toMatchObject({ port: 1, store: 'lmdb:/x' });
    expect(serveSettings(parse(), {})).toMatchObject({
      host: '127.0.0.1',
      port: 8_787,
      secrets: undefined,
      isRunAllowed: true,
      store: expect.stringMatching(/^lmdb:.*\.log-stream/),
    });
  });

  it('hold retention and origins', () => {
    const settings = serveSettings(
      parse('--retain-lines', '5', '--retain-bytes', '2k', '--retain-age', '1d', '--allow-origin', 'https://a.example/', '--no-run'),
      {},
    );
    expect(settings.retain).toEqual({ lines: 5, bytes: 2_048, age: 86_400_000 });
    expect(settings.allowOrigins).toEqual(['https://a.example']);
    expect(settings.isRunAllowed).toBe(false);
    expect(serveSettings(parse('--allow-origin', '*'), {}).allowOrigins).toBe('*');
    expect(serveSettings(parse('--allow-origin', 'null'), {}).allowOrigins).toEqual(['null']);
  });

  it.each([
    ['30', 30_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['250ms', 250],
    ['0s', undefined],
    ['', undefined],
    ['1.5h', undefined],
    ['-1s', undefined],
    ['1 h', undefined],
  ])('read %j as a time', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    ['500', 500],
    ['64k', 65_536],
    ['10M', 10_485_760],
    ['2GB', 2_147_483_648],
    ['1KiB', 1_024],
    ['0', undefined],
    ['k', undefined],
    ['1T', undefined],
    ['99999999999999G', undefined],
  ])('read %j as a size', (text, expected) => {
    expect(parseBytes(text)).toBe(expected);
  });

  it('never take a time or a size for anything but a whole number above zero', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        for (const value of [parseDuration(text), parseBytes(text)])
          if (value !== undefined) expect(Number.isSafeInteger(value) && value > 0).toBe(true);
      }),
    );
  });
});
