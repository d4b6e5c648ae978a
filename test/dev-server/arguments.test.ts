import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arguments } from '../../src/dev-server/cli/arguments.ts';
import { UsageError } from '../../src/dev-server/util/errors.ts';
import { addressFrom, secretsFrom, SERVE_OPTIONS, serveSettings } from '../../src/dev-server/cli/settings.ts';
import { parseBytes, parseDuration } from '../../src/dev-server/util/units.ts';

const parse = (...argv: string[]): Arguments => Arguments.parse(argv, SERVE_OPTIONS, false);

describe('the command line', () => {
  it('knows options with a space, with an equals sign, repeated ones and flags', () => {
    const args = parse('--port', '1', '--host=localhost', '--allow-origin', 'http://a', '--allow-origin', 'http://b', '--no-run', 'FILE');
    expect(args.integer('port', 0)).toBe(1);
    expect(args.text('host')).toBe('localhost');
    expect(args.list('allow-origin')).toEqual(['http://a', 'http://b']);
    expect(args.flag('no-run')).toBe(true);
    expect(args.operand('FILE')).toBe('FILE');
  });

  it('leaves what stands behind -- to the command, options and all', () => {
    const args = Arguments.parse(['--port', '1', '--', 'make', '--port', '2', '--', 'x'], SERVE_OPTIONS, true);
    expect(args.command).toEqual(['make', '--port', '2', '--', 'x']);
    expect(args.integer('port', 0)).toBe(1);
  });

  it.each([
    [['--nonsense'], /nonsense/],
    [['--port'], /port/],
    [['--port', '1', '--port', '2'], /once/],
  ])('says what is wrong with %j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(message);
  });

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
    ['a missing operand', () => parse().operand('FILE'), /^Missing FILE\.$/],
    ['a word too many', () => parse('a', 'b').operand('FILE'), /"b" is one word too many/],
  ])('refuses %s and says what to write', (_what, read, message) => {
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  it('takes the port, the store and the secrets from the environment unless options say otherwise', () => {
    const env = { PORT: '9000', LOG_STREAM_STORE: 'memory:', LOG_STREAM_SECRET: 'the secret of today, the one of yesterday' };
    const secrets = [Buffer.from('the secret of today'), Buffer.from('the one of yesterday')].map((bytes) => Uint8Array.from(bytes));
    expect(serveSettings(parse(), env)).toMatchObject({ port: 9_000, store: 'memory:', secrets });
    expect(serveSettings(parse('--port', '1', '--store', 'lmdb:/x'), env)).toMatchObject({ port: 1, store: 'lmdb:/x' });
    expect(serveSettings(parse(), {})).toMatchObject({
      host: '127.0.0.1',
      port: 8_787,
      secrets: undefined,
      runs: true,
      store: expect.stringMatching(/^lmdb:.*\.log-stream/),
    });
  });

  it('reads retention and origins', () => {
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
  ])('reads %j as a time', (text, expected) => {
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
  ])('reads %j as a size', (text, expected) => {
    expect(parseBytes(text)).toBe(expected);
  });

  it('never takes a time or a size for anything but a whole number above zero', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        for (const value of [parseDuration(text), parseBytes(text)])
          if (value !== undefined) expect(Number.isSafeInteger(value) && value > 0).toBe(true);
      }),
    );
  });
});
