import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import type { LogStore } from '../../src/server/store.ts';
import { SECRET, startServer } from '../support/server.ts';
import { buildCommand, command, runCommand, temporaryFolder } from './support.ts';

/** A failed CI run: groups, levels, a stack trace, colours, hidden text. */
const LOG = [
  '::group::Install',
  'npm warn deprecated glob@7.2.3',
  'added 412 packages in 9s',
  '::endgroup::',
  '::group::Test',
  '\u001b[32mok\u001b[0m parses numbers',
  'Error: expected 2 to be 3',
  '    at check (/app/test/sum.js:12:5)',
  '    at run (/app/runner.js:4:1)',
  'secret\rpublic',
  'all ERRORS are listed above',
  '::endgroup::',
];

/** A store that knows nothing of marks. */
function plainStore(): LogStore {
  const { tail, append, read, trim, remove, watch, publishPart, channels, close } = boundMethods(new MemoryStore());
  return { tail, append, read, trim, remove, watch, publishPart, channels, close };
}

function boundMethods(store: LogStore): LogStore {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

interface Served {
  readonly cwd: string;
  readonly run: (...args: string[]) => Promise<{ code: number; stdout: string; stderr: string }>;
  readonly write: (channel: string, text: string, end?: number) => Promise<void>;
  readonly watch: (...args: string[]) => ReturnType<typeof command>;
}

async function serve(kind: 'all' | 'none'): Promise<Served> {
  const server = await startServer(kind === 'all' ? {} : { store: plainStore(), search: false });
  const cwd = await temporaryFolder();
  const env = { LOG_STREAM_SECRET: SECRET };
  const port = ['--port', String(server.port)];
  return {
    cwd,
    run: (...args) => runCommand([...args, ...port], { cwd, env }),
    watch: (...args) => command([...args, ...port], { cwd, env }),
    write: async (channel, text, end) => {
      const writer = server.logs.writer(channel);
      await writer.write(text);
      await (end === undefined ? writer.finish() : writer.end(end));
    },
  };
}

beforeAll(buildCommand, 60_000);

describe.each(['all', 'none'] as const)('over a server with features: %s', (kind) => {
  it('outline prints state, levels and groups', async () => {
    const { run, write } = await serve(kind);
    await write('ci', `${LOG.join('\n')}\n`, 1);
    const { code, stdout } = await run('outline', 'ci');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ci · 12 lines · ended with exit code 1\nerror 1 · warn 1\n\n1 {2}Install \(0\.\ds, 1 warning\)\n5 {2}Test \(0\.\ds, 1 error\)\n$/u,
    );
  });

  it('outline prints an object a line with --json', async () => {
    const { run, write } = await serve(kind);
    await write('ci', `${LOG.join('\n')}\n`, 1);
    const [log, ...groups] = records((await run('outline', 'ci', '--json')).stdout);
    expect(log).toMatchObject({ channel: 'ci', first: 1, head: 12, end: 1, levels: { trace: 0, info: 0, warn: 1, error: 1, fatal: 0 } });
    expect(groups).toMatchObject([
      { offset: 1, title: 'Install', depth: 0, end: 4, warnings: 1, errors: 0 },
      { offset: 5, title: 'Test', depth: 0, end: 12, warnings: 0, errors: 1 },
    ]);
  });

  it('outline, search and watch exit as grep does', async () => {
    const { run, write } = await serve(kind);
    await write('ci', `${LOG.join('\n')}\n`, 1);
    for (const [args, code] of [
      [['outline', 'nothing'], 1],
      [['search', 'nothing', 'x'], 1],
      [['search', 'ci', 'no such text'], 1],
      [['search', 'ci', 'expected'], 0],
      [['search', 'ci', '(', '--regex'], 2],
      [['search', 'ci'], 2],
      [['watch', 'ci', '--grep', 'no such text', '--no-follow'], 1],
      [['watch', 'ci', '--grep', 'expected'], 0],
      [['watch', 'ci', '--level', 'fatal', '--no-follow'], 1],
      [['watch', 'ci', '--no-follow'], 1],
    ] as const)
      expect(await run(...args), args.join(' ')).toMatchObject({ code });
  });

  it('search prints numbered lines as they are stored, found as they are shown', async () => {
    const { run, write } = await serve(kind);
    await write('ci', `${LOG.join('\n')}\n`);
    expect((await run('search', 'ci', 'error')).stdout).toBe('7:Error: expected 2 to be 3\n11:all ERRORS are listed above\n');
    expect((await run('search', 'ci', 'Error', '--case')).stdout).toBe('7:Error: expected 2 to be 3\n');
    expect((await run('search', 'ci', 'error', '--word')).stdout).toBe('7:Error: expected 2 to be 3\n');
    expect((await run('search', 'ci', 'error', '--from-end', '--limit', '1')).stdout).toBe('11:all ERRORS are listed above\n');
    expect((await run('search', 'ci', 'ok parses')).stdout).toBe(`6:${LOG[5]}\n`);
    expect(await run('search', 'ci', 'secret')).toMatchObject({ code: 1, stdout: '' });
    expect((await run('search', 'ci', '^at|^ +at', '--regex', '--count')).stdout).toBe('2\n');
    expect((await run('search', 'ci', 'e', '--after', '9', '--upto', '10', '--count')).stdout).toBe('0\n');
  });

  it('search finds entries of a level with what continues them, and counts the entries', async () => {
    const { run, write } = await serve(kind);
    await write('ci', `${LOG.join('\n')}\n`);
    expect((await run('search', 'ci', '--level', 'error')).stdout).toBe(
      '7:Error: expected 2 to be 3\n8:    at check (/app/test/sum.js:12:5)\n9:    at run (/app/runner.js:4:1)\n',
    );
    expect((await run('search', 'ci', '--level', 'warn', '--count')).stdout).toBe('2\n');
  });

  it('prints a JSON object for each line, with its level and whether it hides text', async () => {
    const { run, write } = await serve(kind);
    await write('ci', `${LOG.join('\n')}\n`);
    const lines = records((await run('watch', 'ci', '--json', '--no-follow')).stdout);
    expect(lines).toHaveLength(12);
    expect(lines[5]).toEqual({ offset: 6, time: expect.any(Number) as number, text: 'ok parses numbers' });
    expect(lines[6]).toMatchObject({ offset: 7, level: 'error', text: 'Error: expected 2 to be 3' });
    expect(lines[9]).toMatchObject({ offset: 10, text: 'public', hidden: true });
    expect(records((await run('search', 'ci', 'public', '--json')).stdout)).toMatchObject([{ offset: 10, hidden: true }]);
  });

  it('watch begins and ends where it is told to', async () => {
    const { run, write } = await serve(kind);
    await write('ci', 'one\ntwo\nthree\n');
    expect((await run('watch', 'ci', '--no-follow', '--tail', '2')).stdout).toBe('two\nthree\n');
    expect((await run('watch', 'ci', '--no-follow', '--tail', '0')).stdout).toBe('');
    expect((await run('watch', 'ci', '--no-follow', '--since', '1h')).stdout).toBe('one\ntwo\nthree\n');
    expect((await run('watch', 'ci', '--no-follow', '--since', String(Date.now() + 60_000))).stdout).toBe('');
    expect((await run('watch', 'ci', '--until', '1h')).stdout).toBe('');
    expect((await run('watch', 'ci', '--until', String(Date.now() + 60_000))).stdout).toBe('one\ntwo\nthree\n');
    expect(await run('watch', 'ci', '--tail', '1', '--since', '1h')).toMatchObject({ code: 2 });
    expect(await run('watch', 'ci', '--since', 'yesterday')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--since takes a time/u) as string,
    });
    expect(await run('watch', 'ci', '--level', 'loud')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--level takes trace/u) as string,
    });
  });

  it('watch prints lines that match as they come, exactly once', async () => {
    const { write, watch } = await serve(kind);
    await write('live', 'a 1\nb 2\n');
    const watching = watch('watch', 'live', '--grep', '^a');
    await watching.printed(/a 1/u);
    await write('live', 'b 3\na 4\n');
    await watching.printed(/a 4/u);
    await write('live', 'a 5\n', 3);
    expect(await watching.code()).toBe(0);
    expect(watching.stdout).toBe('a 1\na 4\na 5\n');
  });

  it('takes the pieces of a long line together', async () => {
    const { run, write } = await serve(kind);
    const long = `${'x'.repeat(3 * 1024 * 1024)} needle`;
    await write('ci', `before\n${long}\nafter\n`);
    const [found] = records((await run('search', 'ci', 'x needle', '--json')).stdout);
    expect(found).toMatchObject({ offset: 2, text: long });
  });
});

function records(stdout: string): readonly Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
