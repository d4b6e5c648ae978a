// What agents are told is true: each name in llms.txt and in the skill exists, and what they show to run does run.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { LogStreamElement } from '../../src/element/element.ts';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { startServer } from '../support/server.ts';
import { buildCommand, CLI, CommandProcess, CONSOLE_TOKEN, runCommand, serve, temporaryFolder, textOf } from '../dev-server/support.ts';

const ROOT = packageRoot();
const FENCE = /^```(\w+)\n([^]*?)^```$/gmu;

const documents = ['llms.txt', 'skills/log-stream/SKILL.md'].map((name) => {
  const text = readFileSync(join(ROOT, name), 'utf8');
  const fences = [...text.matchAll(FENCE)].map(([, language = '', code = '']) => ({ language, code }));
  const spans = [...text.replace(FENCE, '').matchAll(/`([^`\n]+)`/gu)].map(([, span = '']) => span);
  return { name, text, fences, code: [...fences.map(({ code }) => code), ...spans] };
});
const skill = documents[1];

/** All first groups of a pattern in the code of a document, each once. */
function found(code: readonly string[], pattern: RegExp): string[] {
  return [...new Set(code.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name)))];
}

/** The code of all fences of the skill in a language. */
function fenced(language: string): string {
  return (skill?.fences ?? []).flatMap((fence) => (fence.language === language ? [fence.code] : [])).join('\n');
}

const helps = new Map<string, string>();

/** The help of a command, once for all tests. */
async function helpOf(command: string): Promise<string> {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const { code, stdout } = await runCommand([command, '--help'], { cwd: ROOT });
  expect([command, code]).toEqual([command, 0]);
  helps.set(command, stdout);
  return stdout;
}

beforeAll(buildCommand, 60_000);

describe.each(documents)('$name', ({ name, text, code }) => {
  it('links only to files that the package has', () => {
    const links = [...text.matchAll(/\]\(([^)]+)\)/gu)].map(([, target = '']) => posix.join(dirname(name), target));
    const packed = [...packageJson.files, 'README.md', 'package.json'];
    expect(links.filter((link) => !packed.some((entry) => link === entry || link.startsWith(`${entry}/`)))).toEqual([]);
    // Reading throws where there is no such file.
    for (const link of links) expect(readFileSync(join(ROOT, link), 'utf8')).not.toBe('');
  });

  it('names only entries of the package', () => {
    const entries = found(code, /(?:^|['"])(log-stream(?:\/[\w*-]+)*)(?=$|['"])/gmu).map((entry) => entry.replace('log-stream', '.'));
    expect(entries.length).toBeGreaterThan(5);
    expect(entries.filter((entry) => !(entry in packageJson.exports))).toEqual([]);
  });

  it('names only commands and options that exist', async () => {
    const used = code
      .flatMap((line) => line.split('\n'))
      .flatMap((line) => [...line.matchAll(/(?<![</])\blog-stream ([a-z]+)\b([^|;)]*)/gu)]);
    expect(used.length).toBeGreaterThan(5);
    for (const [, command = '', rest = ''] of used) {
      const help = await helpOf(command);
      // What follows `--` belongs to another program.
      for (const [option] of rest.replace(/ -- .*/u, '').matchAll(/--[a-z-]+/gu))
        expect(option === '--help' || help.includes(`  ${option}`), `${command} ${option}`).toBe(true);
    }
  });

  it('names only resources that a server has', async () => {
    const { url } = await startServer();
    const paths = found(code, /((?:(?:GET|POST) |(?:"|:8787))\/log-stream\/[^\s'"?]+)/gu);
    for (const path of paths) {
      const [, method = 'GET', resource = ''] = /(GET|POST)? ?(?:"|:8787)?(\/.*)/u.exec(path) ?? [];
      // Without a topic it says 401 for what there is, and 404 for what there is not.
      expect([path, (await fetch(new URL(resource, url), { method })).status]).not.toEqual([path, 404]);
    }
    expect(paths.length).toBeGreaterThan(name === 'llms.txt' ? -1 : 6);
  });

  it('gives `<log-stream>` only attributes that it has', () => {
    const tags = code.flatMap((fence) => [...fence.matchAll(/<log-stream\s([^>]*)>/gu)].map(([, attributes = '']) => attributes));
    const names = found(tags, /(?:^|\s)([a-z-]+)=/gu);
    expect(names).toContain('topic');
    expect(names.filter((attribute) => !LogStreamElement.observedAttributes.includes(attribute))).toEqual([]);
  });
});

describe('the skill', () => {
  it('has a name and a description, as agents expect', () => {
    const [, header = ''] = /^---\n([^]*?)\n---\n/u.exec(skill?.text ?? '') ?? [];
    expect(header).toMatch(/^name: log-stream\ndescription: .{80,1024}$/u);
  });

  it('shows shell commands that run', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    // The installations, the server and the MCP server stand for themselves; whatever is made has an error in it.
    const program = `
set -e
npx() { [ "$2" = serve ] || [ "$2" = mcp ] || { shift; "${process.execPath}" "${CLI}" "$@"; }; }
npm() { :; }
make() { echo 'error: it broke'; }
curl() { command curl -sS --fail-with-body "$@"; echo; }
${fenced('sh').replaceAll(':8787', `:${port}`).replace('npm run build', 'echo built')}`;
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn('sh', ['-c', program], {
      cwd,
      env: { PATH, HOME, PORT: port, LOG_STREAM_CONSOLE_TOKEN: CONSOLE_TOKEN },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const running = new CommandProcess(child);
    expect([await running.code(), running.stderr]).toEqual([0, expect.not.stringContaining('curl:')]);
    expect(running.stdout).toContain('"lines":[[');
    expect(running.stdout).toContain('built');
    expect(await textOf(origin, 'build:41')).toBe('error: it broke\n');
    expect(await textOf(origin, 'build:42')).toBe('error: it broke\n');
  });

  it('shows a server for Node, and a writer, that run', async () => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'node_modules'));
    await symlink(ROOT, join(cwd, 'node_modules/log-stream'), 'junction');
    const check = `
const { port } = server.address();
const headers = { Authorization: 'Bearer ' + logs.sign('build:42', { ttl: 3600 }), Accept: 'text/plain' };
const answer = await fetch('http://127.0.0.1:' + port + '/log-stream/topics/build:42', { headers });
console.log(answer.headers.get('Log-End'), JSON.stringify(await answer.text()));
process.exit();`;
    await writeFile(join(cwd, 'program.mjs'), fenced('js').replace('listen(8787)', 'listen(0)') + check);
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, ['program.mjs'], { cwd, env: { PATH, LOG_STREAM_SECRET: 'a secret of 16 bytes and more' } });
    const running = new CommandProcess(child);
    expect([await running.code(), running.stdout, running.stderr]).toEqual([0, '0 "compiling\\n"\n', '']);
  });
});
