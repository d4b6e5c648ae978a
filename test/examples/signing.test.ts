// The examples that sign topics, each in its own language, against one table.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import vectors from '../../examples/signing/vectors.json' with { type: 'json' };
import { Signer } from '../../src/server/access/signer.ts';
import { packageRoot } from '../../src/server/util/package-root.ts';

const EXAMPLES = join(packageRoot(), 'examples/signing');
const BUILT = mkdtempSync(join(tmpdir(), 'log-stream-signing-'));
const source = (name: string): string => join(EXAMPLES, name);

interface Language {
  readonly file: string;
  readonly debian: string;
  /** Commands that show that it is installed, and that build the example. */
  readonly version: readonly string[];
  readonly build?: readonly string[];
  readonly run: readonly string[];
  /** How its comments begin. */
  readonly comment: string;
}

const LANGUAGES: readonly Language[] = [
  { file: 'sign.js', debian: 'nodejs', version: ['node', '--version'], run: ['node', source('sign.js')], comment: '//' },
  { file: 'sign.py', debian: 'python3', version: ['python3', '--version'], run: ['python3', source('sign.py')], comment: '#' },
  { file: 'sign.rb', debian: 'ruby', version: ['ruby', '--version'], run: ['ruby', source('sign.rb')], comment: '#' },
  { file: 'sign.php', debian: 'php-cli', version: ['php', '--version'], run: ['php', source('sign.php')], comment: '//' },
  {
    file: 'sign.go',
    debian: 'golang',
    version: ['go', 'version'],
    build: ['go', 'build', '-o', join(BUILT, 'sign'), source('sign.go')],
    run: [join(BUILT, 'sign')],
    comment: '//',
  },
  {
    file: 'Sign.java',
    debian: 'default-jdk-headless',
    version: ['javac', '-version'],
    build: ['javac', '-d', BUILT, source('Sign.java')],
    run: ['java', '-cp', BUILT, '-Xshare:auto', '-XX:TieredStopAtLevel=1', 'Sign'],
    comment: '//',
  },
  { file: 'sign.sh', debian: 'openssl', version: ['openssl', 'version'], run: ['sh', source('sign.sh')], comment: '#' },
];

function run([command = '', ...args]: readonly string[], env: Readonly<Record<string, string>> = {}): ReturnType<typeof spawnSync> {
  // Go caches what it builds in the home directory, and Java needs to know that text is UTF-8.
  const { PATH = '', HOME = '' } = process.env;
  return spawnSync(command, args, { encoding: 'utf8', env: { PATH, HOME, LC_ALL: 'C.UTF-8', ...env } });
}

const isInstalled = ({ version }: Language): boolean => run(version).status === 0;

afterAll(() => rmSync(BUILT, { recursive: true, force: true }));

test('the examples of all languages are run, but for those that are not installed', () => {
  expect(LANGUAGES.map(({ file }) => file).toSorted()).toEqual(
    readdirSync(EXAMPLES)
      .filter((name) => !/\.(?:md|json)$/u.test(name))
      .toSorted(),
  );
  for (const { file, debian } of LANGUAGES.filter((language) => !isInstalled(language)))
    console.warn(`SKIPPED: examples/signing/${file} (Debian: apt-get install ${debian}).`);
});

test.each(vectors.topics)('a server accepts the topic of the table for $about', ({ secret, channel, rights, issued, expires, topic }) => {
  const verdict = new Signer(secret).verify(topic, issued * 1_000);
  expect(verdict).toMatchObject({
    ok: true,
    claims: { channel, issuedAt: issued, expiresAt: expires, write: rights.includes('w'), remove: rights.includes('d') },
  });
});

describe.each(LANGUAGES)('examples/signing/$file', ({ file, comment }) => {
  it('has at most 30 lines of code', () => {
    const lines = readFileSync(source(file), 'utf8')
      .split('\n')
      .map((line) => line.trim());
    expect(lines.filter((line) => line !== '' && !line.startsWith(comment) && !line.startsWith('/**')).length).toBeLessThanOrEqual(30);
  });
});

describe.each(LANGUAGES.filter(isInstalled))('examples/signing/$file, run', (language) => {
  const { build } = language;

  it('signs what the table says, and refuses other names', () => {
    if (build !== undefined) expect(run(build)).toMatchObject({ status: 0, stderr: '' });
    for (const { about, secret, channel, rights, issued, expires, topic } of vectors.topics) {
      const { status, stdout, stderr } = run([...language.run, channel, rights, String(issued), String(expires)], {
        LOG_STREAM_SECRET: secret,
      });
      expect([about, status, stdout, stderr]).toEqual([about, 0, `${topic}\n`, '']);
    }
    for (const channel of vectors.refused) {
      const { status, stdout } = run([...language.run, channel, '', '1', '2'], { LOG_STREAM_SECRET: 'a secret of 16 bytes and more' });
      expect([channel, status === 0, stdout]).toEqual([channel, false, '']);
    }
  }, 120_000);
});
