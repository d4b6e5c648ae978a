import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSecrets } from '../../src/protocol/secrets.ts';
import { Signer } from '../../src/server/access/signer.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const secret = 'the secret of a reader';
const channel = 'build:42';

/** The snippet that signs a topic in one language, as the README shows it. */
function snippet(language: string, title: string): string {
  const found = [...readme.matchAll(/```(\w+)\n([^]*?)```/gu)].find(([, fence, code]) => fence === language && code?.includes(title));
  return found?.[2] ?? expect.fail(`The README has no ${language} snippet titled ${title}`);
}

/** Each program runs the snippet with the secret in its environment and `channel` set, and prints `topic`. */
const languages = [
  { command: 'node', args: ['--input-type=module', '-e'], program: () => nodeProgram() },
  {
    command: 'python3',
    args: ['-c'],
    program: () => `channel=${quoted(channel)}\n${snippet('python', '# Python')}\nprint(topic)`,
  },
  {
    command: 'ruby',
    args: ['-e'],
    program: () => `channel=${quoted(channel)}\n${snippet('ruby', '# Ruby')}\nputs topic`,
  },
  {
    command: 'php',
    args: ['-r'],
    program: () => `$channel=${quoted(channel)};\n${snippet('php', '// PHP')}\necho $topic;`,
  },
];

function quoted(text: string): string {
  return `'${text}'`;
}

function nodeProgram(): string {
  return `const channel=${quoted(channel)};\n${snippet('js', '// Node')}\nconsole.log(topic)`;
}

const isInstalled = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

describe('the command of the README that makes a secret', () => {
  it.each(['node', 'openssl'])('makes one that a server accepts, with %s', (tool) => {
    const line = /LOG_STREAM_SECRET=\$\((.+)\) # or: (openssl .+)\n/u.exec(readme);
    const made = execFileSync('sh', ['-c', (tool === 'openssl' ? line?.[2] : line?.[1]) ?? ''], { encoding: 'utf8' });
    expect(readSecrets(made, 'the README')).toHaveLength(1);
  });
});

describe('the signing snippets of the README', () => {
  for (const { command, args, program } of languages.filter((language) => isInstalled(language.command))) {
    it(`in ${command} sign a topic that the server verifies (T1, T3)`, () => {
      const topic = execFileSync(command, [...args, program()], {
        encoding: 'utf8',
        env: { ...process.env, LOG_STREAM_SECRET: secret },
      }).trim();
      expect(new Signer([secret]).verify(topic)).toMatchObject({ ok: true, claims: { channel, write: false } });
      expect(new Signer(['the secret of somebody else']).verify(topic)).toMatchObject({ ok: false, code: 'forbidden' });
    });
  }
});
