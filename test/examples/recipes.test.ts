// What examples/recipes runs, run here by sh with the variables that its service would set, against a real server.
import { spawn, spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { CommandProcess } from '../dev-server/support.ts';
import { SECRET, startServer, type TestServer } from '../support/server.ts';

const RECIPES = join(packageRoot(), 'examples/recipes');
const hasTools = ['curl', 'openssl'].every((name) => spawnSync(name, ['version']).error === undefined);

/** Recipes, or parts of them, that nothing here runs. */
const ONLY_READ: Readonly<Record<string, string>> = {
  'compose.yaml': 'the service log-stream: its image is not at hand',
  'kubernetes.yaml': 'secrets and volumes: there is no cluster',
};

test('the recipes are run, but for parts that are only read as YAML', () => {
  for (const [file, part] of Object.entries(ONLY_READ)) console.warn(`NOT RUN: examples/recipes/${file}, ${part}.`);
  if (!hasTools) console.warn('SKIPPED: examples/recipes (Debian: apt-get install curl openssl).');
});

type Yaml = Readonly<Record<string, unknown>>;

const textOf = (file: string): Promise<string> => readFile(join(RECIPES, file), 'utf8');
const yamlOf = async (file: string): Promise<Yaml> => parse(await textOf(file)) as Yaml;

/** Something in a YAML file, by the keys that lead there. */
function at<T>(value: unknown, ...path: readonly (string | number)[]): T {
  return path.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>>)[key], value) as T;
}

/** A folder with the scripts in each of these places, and a `make` and a `backup` that print their arguments and exit with 3. */
async function machine(...places: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'log-stream-recipe-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const place of places) {
    await mkdir(join(root, place), { recursive: true });
    await copyFile(join(RECIPES, 'run-logged.sh'), join(root, place, 'run-logged.sh'));
    await copyFile(join(packageRoot(), 'examples/signing/sign.sh'), join(root, place, 'sign.sh'));
  }
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  for (const name of ['make', 'backup']) {
    const path = join(root, 'usr/local/bin', name);
    await writeFile(path, `#!/bin/sh\necho "${name} $*"\necho "::warning::careful" >&2\nenv | grep -c "SECRET=." \nexit 3\n`);
    await chmod(path, 0o755);
  }
  return root;
}

const PRINTED = (name: string, args: string): string => `${name} ${args}\n::warning::careful\n0\n`;

/** Runs a command in a folder, with its `usr/local/bin` in front. */
function run(root: string, [command = '', ...args]: readonly string[], env: Readonly<Record<string, string>>): CommandProcess {
  const PATH = `${join(root, 'usr/local/bin')}:${process.env['PATH'] ?? ''}`;
  const child = spawn(command, args, { cwd: root, env: { PATH, LOG_STREAM_SECRET: SECRET, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end('input\n');
  return new CommandProcess(child);
}

const urlOf = ({ port }: Pick<TestServer, 'port'>): string => `http://127.0.0.1:${port}/log-stream`;

async function logOf({ store }: TestServer, channel: string): Promise<{ readonly text: string; readonly end: number | undefined }> {
  const { lines } = await store.read(channel, { after: 0, limit: 10_000, bytes: 1e8 });
  return { text: lines.map(([, text]) => `${text}\n`).join(''), end: (await store.tail(channel)).end };
}

describe.skipIf(!hasTools)('run-logged.sh', () => {
  const script = (...command: readonly string[]): readonly string[] => ['sh', 'ci/run-logged.sh', 'run:1', ...command];

  it('logs what a command prints, ends the log with its exit code, and exits with that', async () => {
    const [server, root] = [await startServer(), await machine('ci')];
    const ran = run(root, script('sh', '-c', 'cat; echo out; echo err >&2; exit 7'), { LOG_STREAM_URL: urlOf(server) });
    expect([await ran.code(), ran.stdout, ran.stderr]).toEqual([7, 'input\nout\nerr\n', '']);
    expect(await logOf(server, 'run:1')).toEqual({ text: 'input\nout\nerr\n', end: 7 });
  });

  it('takes a signed topic instead of a secret, and gives neither to the command', async () => {
    const [server, root] = [await startServer(), await machine('ci')];
    const topic = server.sign('run:1', { write: true });
    const env = { LOG_STREAM_URL: `${urlOf(server)}/`, LOG_STREAM_TOPIC: topic, LOG_STREAM_SECRET: '' };
    const ran = run(root, script('sh', '-c', 'echo "[$LOG_STREAM_TOPIC]"'), env);
    expect([await ran.code(), ran.stderr]).toEqual([0, '']);
    expect(await logOf(server, 'run:1')).toEqual({ text: '[]\n', end: 0 });
  });

  it('sends lines while the command runs, and passes a signal on to it', async () => {
    const [server, root] = [await startServer(), await machine('ci')];
    const ran = run(root, script('sh', '-c', "trap 'echo stopping; exit 5' TERM; echo ready; while :; do sleep 0.1; done"), {
      LOG_STREAM_URL: urlOf(server),
    });
    await vi.waitFor(async () => expect((await logOf(server, 'run:1')).text).toBe('ready\n'), { timeout: 15_000 });
    ran.child.kill('SIGTERM');
    expect(await ran.code()).toBe(5);
    expect(await logOf(server, 'run:1')).toEqual({ text: 'ready\nstopping\n', end: 5 });
  });

  it('ends the log with 128 and the signal for a command that was killed', async () => {
    const [server, root] = [await startServer(), await machine('ci')];
    const ran = run(root, script('sh', '-c', 'kill -9 $$'), { LOG_STREAM_URL: urlOf(server) });
    expect(await ran.code()).toBe(137);
    expect(await logOf(server, 'run:1')).toEqual({ text: '', end: 137 });
  });

  it.each([
    ['is away', () => Promise.resolve('http://127.0.0.1:1/log-stream'), SECRET],
    ['refuses the topic', async () => urlOf(await startServer()), 'another secret of 16 bytes'],
  ])('runs the command all the same when the server %s, and says so', async (_, url, secret) => {
    const root = await machine('ci');
    const command = script('sh', '-c', 'seq 100000; exit 2');
    const ran = run(root, command, { LOG_STREAM_URL: await url(), LOG_STREAM_SECRET: secret });
    expect(await ran.code()).toBe(2);
    expect(ran.stdout.endsWith('\n99999\n100000\n')).toBe(true);
    expect(ran.stderr).toContain('The rest of run:1 is not logged.');
    expect(ran.stderr).toContain('The log run:1 has no end.');
  });

  it('leaves nothing behind, and shows its topic to nobody', async () => {
    const [server, root] = [await startServer(), await machine('ci')];
    await mkdir(join(root, 'tmp'));
    const look = `
      until [ -n "$found" ]; do
        for process in /proc/[0-9]*; do
          args=$(tr '\\0' ' ' < "$process/cmdline")
          case $args in "curl --config $TMPDIR"*) found=$args ;; esac
        done
      done 2> /dev/null
      echo "$found"
      stat -c %a "$TMPDIR"/*/curl`;
    const ran = run(root, script('sh', '-c', look), { LOG_STREAM_URL: urlOf(server), TMPDIR: join(root, 'tmp') });
    expect(await ran.code()).toBe(0);
    expect(ran.stdout).toMatch(/^curl --config \S+ --silent --show-error --fail --output \/dev\/null --upload-file - \S+ \n600\n$/u);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });
});

describe.skipIf(!hasTools)('the recipe for', () => {
  it('GitHub Actions logs a step of a workflow', async () => {
    const [server, root] = [await startServer(), await machine('ci')];
    const job = at<Yaml>(await yamlOf('github-actions.yml'), 'jobs', 'build');
    const step = at<Yaml[]>(job, 'steps').find((one) => 'run' in one);
    await writeFile(join(root, 'step.sh'), String(step?.['run']));
    // As GitHub runs a step whose shell is sh.
    const command = ['sh', '-e', 'step.sh'];
    const given = { GITHUB_REPOSITORY: 'team/app', GITHUB_RUN_ID: '17', GITHUB_RUN_ATTEMPT: '2', GITHUB_JOB: 'build' };
    const ran = run(root, command, { ...given, LOG_STREAM_URL: urlOf(server) });
    expect([step?.['shell'], await ran.code(), ran.stdout, ran.stderr]).toEqual(['sh', 3, PRINTED('make', 'all'), '']);
    expect(await logOf(server, 'github:team/app:17:2:build')).toEqual({ text: PRINTED('make', 'all'), end: 3 });
    // A fork has no secret.
    const fork = run(root, command, { ...given, LOG_STREAM_URL: urlOf(server), LOG_STREAM_SECRET: '' });
    expect([await fork.code(), fork.stdout]).toEqual([3, 'make all\n0\n']);
    expect(Object.keys(at<Yaml>(job, 'env'))).toEqual(['LOG_STREAM_URL', 'LOG_STREAM_SECRET']);
  });

  it('GitLab logs a job', async () => {
    const [server, root] = [await startServer(), await machine('ci')];
    const job = at<Yaml>(await yamlOf('gitlab-ci.yml'), 'build');
    // As GitLab joins them.
    await writeFile(join(root, 'job.sh'), ['set -e', ...at<string[]>(job, 'before_script'), ...at<string[]>(job, 'script')].join('\n'));
    const ran = run(root, ['sh', 'job.sh'], { CI_PROJECT_PATH: 'team/app', CI_JOB_ID: '99', LOG_STREAM_URL: urlOf(server) });
    expect(await ran.code()).toBe(3);
    expect(await logOf(server, 'gitlab:team/app:99')).toEqual({ text: PRINTED('make', 'all'), end: 3 });
    expect(Object.keys(at<Yaml>(job, 'variables'))).toEqual(['LOG_STREAM_URL']);
  });

  it('systemd logs each run of a service', async () => {
    const [server, root] = [await startServer(), await machine('usr/local/lib/log-stream')];
    const unit = await textOf('backup.service');
    const [, line = ''] = /^ExecStart=(.+)$/mu.exec(unit) ?? [];
    const words = line.split(' ').map((word) =>
      word
        .replaceAll('%N', 'backup')
        .replaceAll('${INVOCATION_ID}', '0a1b')
        .replace(/^\/usr\/local/u, join(root, 'usr/local')),
    );
    const ran = run(root, words, { LOG_STREAM_URL: urlOf(server) });
    expect([await ran.code(), ran.stderr]).toEqual([3, '']);
    expect(await logOf(server, 'systemd:backup:0a1b')).toEqual({ text: PRINTED('backup', '--all'), end: 3 });
  });

  it('Kubernetes logs a job', async () => {
    const [server, root] = [await startServer(), await machine('log-stream')];
    const container = at<Yaml>(await yamlOf('kubernetes.yaml'), 'spec', 'template', 'spec', 'containers', 0);
    const given: Readonly<Record<string, string>> = { POD_NAMESPACE: 'prod', POD_NAME: 'migrate-x7' };
    const words = [...at<string[]>(container, 'command'), ...at<string[]>(container, 'args')].map((word) =>
      word.replaceAll(/\$\((\w+)\)/gu, (_, name: string) => given[name] ?? '').replace(/^\/log-stream/u, join(root, 'log-stream')),
    );
    const ran = run(root, words, { ...given, LOG_STREAM_URL: urlOf(server) });
    expect([await ran.code(), ran.stderr]).toEqual([3, '']);
    expect(await logOf(server, 'kubernetes:prod:migrate-x7')).toEqual({ text: PRINTED('make', 'all'), end: 3 });
    const names = at<Yaml[]>(container, 'env').map(({ name }) => name);
    expect(names).toEqual(['POD_NAMESPACE', 'POD_NAME', 'LOG_STREAM_URL', 'LOG_STREAM_SECRET']);
  });

  it('Docker logs a container', async () => {
    const [server, root] = [await startServer(), await machine('log-stream')];
    const job = at<Yaml>(await yamlOf('compose.yaml'), 'services', 'job');
    const words = at<string[]>(job, 'command').map((word) =>
      word.replaceAll(/\$\{(\w+):-(\w+)\}/gu, '$2').replace(/^\/log-stream/u, join(root, 'log-stream')),
    );
    const ran = run(root, words, { LOG_STREAM_URL: urlOf(server) });
    expect([await ran.code(), ran.stderr]).toEqual([3, '']);
    expect(await logOf(server, 'docker:job:1')).toEqual({ text: PRINTED('make', 'all'), end: 3 });
    const mounted = at<string[]>(job, 'volumes').map((volume) => volume.split(':')[0] ?? '');
    for (const file of mounted) expect((await readFile(join(RECIPES, file), 'utf8')).startsWith('#!/bin/sh')).toBe(true);
  });
});
