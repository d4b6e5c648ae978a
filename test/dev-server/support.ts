import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished, vi } from 'vitest';
import type { ServeSettings } from '../../src/dev-server/config/settings.ts';
import { startDevServer } from '../../src/dev-server/server/dev-server.ts';
import type { DevServer } from '../../src/dev-server/server/running-server.ts';
import { Endpoint } from '../../src/dev-server/client/endpoint.ts';
import { TopicSigner } from '../../src/dev-server/client/topic-signer.ts';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { SECRET } from '../support/server.ts';

const ROOT = packageRoot();
export const CLI = join(ROOT, 'dist/lib/dev-server/cli.js');

/** The console token of all servers and commands in these tests, unless they get another one, or ''. */
export const CONSOLE_TOKEN = 'a-console-token-for-tests';

interface OwnersRequest extends RequestInit {
  readonly headers?: Record<string, string>;
}

/** As `fetch`, with the console token. */
export function fetchAsOwner(url: string, { headers, ...init }: OwnersRequest = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { authorization: `Console ${CONSOLE_TOKEN}`, ...headers } });
}

/** Builds the command from the current sources. */
export async function buildCommand(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.mjs'), 'node'], { cwd: ROOT });
}

/** An empty folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'log-stream-command-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A process of the command, and its output so far. */
export class CommandProcess {
  readonly child: ChildProcess;
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exit = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  }

  /** Resolves to the exit code; rejects with its output when a signal ended it. */
  async code(): Promise<number> {
    const { code, signal } = await this.exit;
    if (code === null) throw new Error(`The command was ended by ${signal ?? 'an unknown signal'}:\n${this.stdout}${this.stderr}`);
    return code;
  }

  /** Waits until the output of the command matches, and resolves to the match. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return vi.waitFor(
      () => {
        const match = pattern.exec(this.stdout + this.stderr);
        if (match === null) throw new Error(`${String(pattern)} was not printed, only:\n${this.stdout}${this.stderr}`);
        return match;
      },
      { timeout: 15_000, interval: 20 },
    );
  }
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `log-stream …` in a process, with the console token as its only setting; it is killed after the test. */
export function command(args: readonly string[], { cwd, env = {} }: CommandOptions): CommandProcess {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { PATH, HOME, LOG_STREAM_CONSOLE_TOKEN: CONSOLE_TOKEN, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const running = new CommandProcess(child);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await running.exit;
      clearTimeout(hard);
    }
  });
  return running;
}

/** Runs `log-stream …` to its end, with `input` on standard input. */
export async function runCommand(
  args: readonly string[],
  options: CommandOptions,
  input = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  const running = command(args, options);
  running.child.stdin?.end(input);
  const code = await running.code();
  return { code, stdout: running.stdout, stderr: running.stderr };
}

/** Starts `log-stream serve` at a free port. */
export async function serve(
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ server: CommandProcess; port: string; origin: string }> {
  const server = command(['serve', '--port', '0', ...args], { cwd, env });
  const [, origin = '', port = ''] = await server.printed(/listening on (http:\/\/[^\s/]+:(\d+))\//);
  return { server, port, origin };
}

/** The dev server in this process, by default with a store in memory; closed after the test. */
export async function devServer(settings: Partial<ServeSettings> = {}): Promise<DevServer> {
  const dataDirectory = settings.dataDirectory ?? (await temporaryFolder());
  const server = await startDevServer({
    host: '127.0.0.1',
    port: 0,
    store: 'memory:',
    dataDirectory,
    workingDirectory: dataDirectory,
    secrets: [SECRET],
    consoleToken: CONSOLE_TOKEN,
    allowHosts: [],
    allowOrigins: [],
    retain: {},
    isRunAllowed: true,
    hasPublicMetrics: false,
    drain: 0,
    ...settings,
  });
  onTestFinished(() => server.close());
  return server;
}

/** The address of a server's page with the token. */
export function pageOf({ url }: DevServer): string {
  return `${url}#token=${CONSOLE_TOKEN}`;
}

/** The endpoint and topics of a server at a port of this machine, for a producer or follower. */
export function clientOf(port: number): { endpoint: Endpoint; topics: TopicSigner } {
  const endpoint = new Endpoint({ host: '127.0.0.1', port });
  onTestFinished(() => endpoint.close());
  return { endpoint, topics: new TopicSigner(endpoint, [SECRET], undefined) };
}

/** The raw text of a log. */
export async function textOf(origin: string, channel: string): Promise<string> {
  const topic = await (await fetchAsOwner(`${origin}/log-stream/sign?channel=${encodeURIComponent(channel)}`)).text();
  const answer = await fetch(`${origin}/log-stream/topics/${channel}`, {
    headers: { accept: 'text/plain', authorization: `Bearer ${topic}` },
  });
  return answer.status === 200 ? answer.text() : `(${answer.status})`;
}

/** Whether a process is running. A zombie is not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]);
    return !stdout.trim().startsWith('Z');
  } catch {
    return false;
  }
}
