import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { ask, type Answer } from '../http/support.ts';

const LIST = ['https://app.example', 'http://localhost:3000'];

/** Origin of a page, and whether it is let in: by the own origin alone, by a list, by anybody. `own` stands for the server. */
const MATRIX: readonly (readonly [origin: string | undefined, own: boolean, list: boolean, any: boolean])[] = [
  [undefined, true, true, true],
  ['http://own', true, true, true],
  ['https://own', true, true, true],
  ['https://app.example', false, true, true],
  ['https://APP.example', false, true, true],
  ['http://localhost:3000', false, true, true],
  ['http://localhost:3001', false, false, true],
  ['http://app.example', false, false, true],
  ['https://app.example:8443', false, false, true],
  ['https://app.example.evil.example', false, false, true],
  ['https://evil.example/https://app.example', false, false, true],
  ['https://own.evil.example', false, false, true],
  ['null', false, false, true],
  ['file://', false, false, true],
  ['', false, false, true],
  ['https://app.example, https://evil.example', false, false, true],
];

const POLICIES = [
  ['own', undefined],
  ['list', LIST],
  ['any', '*'],
] as const;

async function openSocket(server: TestServer, headers: Record<string, string>): Promise<number> {
  try {
    await (await server.connect({ headers })).close();
    return 101;
  } catch (error) {
    return Number(/refused with (\d+)/u.exec(String(error))?.[1]);
  }
}

function corsOf({ headers }: Answer): string | undefined {
  return headers['access-control-allow-origin'];
}

describe.each(POLICIES)('With the origins of %s', (policy, allowOrigins) => {
  it.each(MATRIX)('a page of %s is allowed everywhere or nowhere', async (pattern, ...allowed) => {
    const server = await startServer(allowOrigins === undefined ? {} : { allowOrigins });
    const origin = pattern?.replace('own', `127.0.0.1:${server.port}`);
    const isLetIn = allowed[['own', 'list', 'any'].indexOf(policy)] ?? false;
    const headers = origin === undefined ? {} : { origin };
    const expected = isLetIn ? origin : undefined;
    const topic = encodeURIComponent(server.sign('run:1', { write: true }));
    const path = `/log-stream/topics/run:1?topic=${topic}`;

    expect(await openSocket(server, headers)).toBe(isLetIn ? 101 : 403);
    // What is not let in may still ask: a browser keeps the answer from the page, and a topic is needed in any case.
    expect(corsOf(await ask(server, path, { method: 'POST', body: 'x\n', headers }))).toBe(expected);
    expect(corsOf(await ask(server, path, { headers }))).toBe(expected);
    expect(corsOf(await ask(server, '/log-stream/topics/run:1', { headers }))).toBe(expected);
    const preflight = await ask(server, path, { method: 'OPTIONS', headers: { ...headers, 'access-control-request-method': 'PUT' } });
    expect(corsOf(preflight)).toBe(expected);
    expect(preflight.headers['access-control-allow-methods'] !== undefined).toBe(isLetIn && origin !== undefined);
    // Cookies are no part of it, so that no answer allows them.
    for (const answer of [preflight, await ask(server, path, { headers })])
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect((await ask(server, '/log-stream/assets/log-stream.js', { headers })).headers['access-control-allow-origin']).toBe('*');
  });
});
