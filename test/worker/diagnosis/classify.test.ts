import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, type ProbeAnswer, type ProbeContext } from '../../../src/worker/diagnosis/classify.ts';
import { leavesNoWay, needsFallback } from '../../../src/worker/diagnosis/diagnosis.ts';

const SAME: ProbeContext = { endpoint: 'http://app.example:5173/log-stream', page: 'http://app.example:5173' };
const OTHER: ProbeContext = { endpoint: 'https://logs.example/log-stream', page: 'https://app.example' };

function answer(
  status: number,
  type: string,
  code?: string,
  more: { host?: string; origin?: string; detail?: string; url?: string } = {},
): ProbeAnswer {
  const { host = '', origin = '', detail = '', url = OTHER.endpoint } = more;
  return { kind: 'answer', status, type, url, problem: code === undefined ? undefined : { code, host, origin, detail } };
}

const problem = (status: number, code: string, more = {}): ProbeAnswer => answer(status, 'application/problem+json', code, more);

describe('classify', () => {
  it.each<[string, ProbeContext, ProbeAnswer, string | undefined]>([
    ['nothing answers', OTHER, { kind: 'none' }, undefined],
    ['something answers that the page may not read', OTHER, { kind: 'unreadable' }, 'no-server'],
    ['the server refuses the origin', OTHER, problem(403, 'origin', { origin: 'https://app.example', host: 'logs.example' }), 'origin'],
    ['a socket would be let in', OTHER, problem(426, 'upgrade', { host: 'logs.example' }), 'websocket'],
    [
      'a socket would be let in, and the server elsewhere has another name inside',
      OTHER,
      problem(426, 'upgrade', { host: 'inside:1' }),
      'websocket',
    ],
    [
      'a socket would be let in, and the address is redirected',
      OTHER,
      problem(426, 'upgrade', { url: 'https://logs.example/en/log-stream' }),
      'redirect',
    ],
    ['a socket would be let in behind a slash', OTHER, problem(426, 'upgrade', { url: 'https://logs.example/log-stream/' }), 'websocket'],
    ['Host was changed', SAME, problem(426, 'upgrade', { host: '127.0.0.1:8787', url: SAME.endpoint }), 'host'],
    ['Host lost its port', SAME, problem(426, 'upgrade', { host: 'app.example', url: SAME.endpoint }), 'host'],
    ['Host is as it was', SAME, problem(426, 'upgrade', { host: 'APP.example:5173', url: SAME.endpoint }), 'websocket'],
    [
      'Host has its default port',
      { endpoint: 'https://a.example/log-stream', page: 'https://a.example' },
      problem(426, 'upgrade', { host: 'a.example:443', url: 'https://a.example/log-stream' }),
      'websocket',
    ],
    ['Host was not told', SAME, problem(426, 'upgrade', { url: SAME.endpoint }), 'websocket'],
    ['it is no browser that asks', { ...SAME, page: undefined }, problem(426, 'upgrade', { host: 'x', url: SAME.endpoint }), 'websocket'],
    ['it is full, or closes', OTHER, problem(503, 'unavailable'), undefined],
    ['it is log-stream, at another path', OTHER, problem(404, 'not-found'), 'no-server'],
    ['a gateway has nobody behind it', OTHER, answer(502, 'text/html'), undefined],
    ['a gateway is asked too often', OTHER, answer(429, 'text/plain'), undefined],
    ['a page is missing', OTHER, answer(404, 'text/html'), 'no-server'],
    ['a page is there', OTHER, answer(200, 'text/html'), 'no-server'],
    ['a file is there', OTHER, answer(200, 'application/json'), 'no-server'],
    ['somebody wants a password', OTHER, answer(401, 'text/html'), 'no-server'],
    ['an https page may not use http', { ...OTHER, endpoint: 'http://logs.example/log-stream' }, { kind: 'none' }, 'insecure'],
    ['an https page may use this machine', { ...OTHER, endpoint: 'http://127.0.0.1:8787/log-stream' }, { kind: 'none' }, undefined],
  ])('when %s', (_, asked, came, cause) => {
    expect(classify(asked, came)?.cause).toBe(cause);
  });

  it('tells viewers the origin and the option, and developers what the server says', () => {
    const diagnosis = classify(OTHER, problem(403, 'origin', { origin: 'null', detail: 'What the server says.' }));
    expect(diagnosis?.problem).toBe("This log server doesn't let in pages from null (--allow-origin null would).");
    expect(diagnosis?.advice).toContain('What the server says.');
    expect(diagnosis?.advice).toContain(OTHER.endpoint);
  });

  const origins = fc.constantFrom('http://a.example', 'https://a.example', 'https://b.example:8443', 'null', undefined);
  const endpoints = fc.constantFrom(
    'http://a.example/log-stream',
    'https://a.example/x',
    'https://b.example:8443/log-stream',
    'http://localhost:1/l',
  );
  const texts = fc.oneof(fc.string(), fc.constantFrom('', 'a.example', 'b.example:8443', 'https://c.example/log-stream'));
  const codes = fc.option(fc.constantFrom('origin', 'upgrade', 'unavailable', 'not-found', 'toString', ''), { nil: undefined });

  it('has a sentence for viewers and for developers for any answer, and always the same cause', () => {
    const answers = fc.record({
      status: fc.integer({ min: 100, max: 599 }),
      type: texts,
      code: codes,
      host: texts,
      origin: texts,
      detail: texts,
      url: endpoints,
    });
    fc.assert(
      fc.property(endpoints, origins, answers, (endpoint, page, { status, type, code, ...more }) => {
        const diagnosis = classify({ endpoint, page }, answer(status, type, code, more));
        if (diagnosis === undefined) return;
        expect(diagnosis.problem).toMatch(/\S/u);
        expect(diagnosis.advice).toMatch(/\S/u);
        expect(leavesNoWay(diagnosis) && needsFallback(diagnosis)).toBe(false);
        // HTTP is said to work only where log-stream answered over it.
        if (!leavesNoWay(diagnosis)) expect(code).toBe('upgrade');
      }),
    );
  });
});
