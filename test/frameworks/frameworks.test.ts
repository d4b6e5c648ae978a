// What the package says of its types, checked by the tools of each framework, and by those who look at packages.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../../scripts/processes.mjs';

const execute = promisify(execFile);

/** Marks a line that must not pass. */
const WRONG = /\bwrong\b/u;
/** `log.tsx(12,3): error TS…`, as compilers print it. */
const ERROR = /^(?<file>\S+)\((?<line>\d+),\d+\): error (?<text>.+)$/gmu;

/** A project with the frameworks that package-lock.json names, and this package as it is packed. Outside of ours, whose packages it would find. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'log-stream-frameworks-'));
  await cp(import.meta.dirname, project, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']);
  await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: ROOT });
  const installed = join(project, 'node_modules/log-stream');
  await mkdir(installed);
  await run('tar', ['-xzf', `log-stream-${packageJson.version}.tgz`, '--strip-components=1', '-C', installed]);
}, 300_000);

afterAll(() => rm(project, { recursive: true, force: true }));

/** What a program of the project prints, whether or not it finds something. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout, code } = await execute(program, args, { cwd: project, maxBuffer: 32 * 1_024 * 1_024 }).then(
    ({ stdout: text }) => ({ stdout: text, code: 0 }),
    (error: { readonly code: number | string; readonly stdout: string }) => error,
  );
  if (program === 'npm' && code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}:\n${stdout.slice(-2_000)}`);
  return stdout;
}

const tool = (name: string): string => join(project, 'node_modules/.bin', name);

/** The lines of a framework's files that are marked as wrong: `log.tsx:12`. */
async function wrongLines(framework: string): Promise<string[]> {
  const files = (await readdir(join(project, framework))).filter((file) => /\.(?:tsx|vue|svelte)$/u.test(file));
  const found = await Promise.all(
    files.map(async (file) => {
      const lines = (await readFile(join(project, framework, file), 'utf8')).split('\n');
      return lines.flatMap((line, at) => (WRONG.test(line) ? [`${file}:${at + 1}`] : []));
    }),
  );
  expect(found.flat().length).toBeGreaterThan(3);
  return found.flat();
}

const distinct = (lines: readonly string[]): string[] => [...new Set(lines)];

describe('what `<log-stream>` takes in a template', () => {
  it.each([
    ['react', 'tsc'],
    ['preact', 'tsc'],
    ['solid', 'tsc'],
    ['vue', 'vue-tsc'],
  ])('is checked in %s: what is right passes, and each mistake is found', async (framework, compiler) => {
    const output = await run(tool(compiler), ['-p', framework]);
    const errors = [...output.matchAll(ERROR)].map(({ groups }) => `${groups?.['file']?.replace(/^.*\//u, '')}:${groups?.['line']}`);
    expect(distinct(errors), output).toEqual(await wrongLines(framework));
  });

  it('is checked in svelte: what is right passes, and each mistake is found', async () => {
    const args = ['--workspace', 'svelte', '--tsconfig', './tsconfig.json', '--output', 'machine-verbose', '--threshold', 'error'];
    const output = await run(tool('svelte-check'), args);
    const errors = [...output.matchAll(/^\d+ (\{.*"type":"ERROR".*\})$/gmu)].map(([, json = '']) => {
      const { filename, start } = JSON.parse(json) as { readonly filename: string; readonly start: { readonly line: number } };
      return `${filename}:${start.line + 1}`;
    });
    expect(distinct(errors), output).toEqual(await wrongLines('svelte'));
  });
});

describe('the package', () => {
  it('has types for each entry, that resolve as its code does', async () => {
    // In the project, where that library is installed.
    const program = `
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
const packed = createPackageFromTarballData(readFileSync('log-stream-${packageJson.version}.tgz'));
const { entrypoints, problems } = await checkPackage(packed);
console.log(JSON.stringify({ entrypoints: Object.keys(entrypoints), problems }));`;
    await writeFile(join(project, 'attw.mjs'), program);
    const { entrypoints, problems } = JSON.parse(await run(process.execPath, ['attw.mjs'])) as {
      readonly entrypoints: readonly string[];
      readonly problems: readonly { readonly kind: string; readonly entrypoint?: string; readonly resolutionKind?: string }[];
    };
    expect(entrypoints).toEqual(expect.arrayContaining(['.', './element', './client', './worker', './server', './react', './vue']));
    // It is ESM alone, for resolvers that know `exports`: TypeScript 4.7 or later, and `require` of Node 22.
    const supported = problems.filter(({ resolutionKind, kind }) => resolutionKind !== 'node10' && kind !== 'CJSResolvesToESM');
    expect(supported.filter(({ entrypoint }) => entrypoint?.endsWith('.json') !== true)).toEqual([]);
  });
});
