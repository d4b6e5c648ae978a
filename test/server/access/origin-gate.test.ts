import { describe, expect, it } from 'vitest';
import { SILENT } from '../../../src/server/log/logger.ts';
import { NAMED_ORIGINS, OriginGate } from '../../../src/server/access/origin-gate.ts';
import { OriginPolicy } from '../../../src/server/access/origin-policy.ts';

/** A gate that lets in nobody but its own pages, and what it logged. */
function gate(): { gate: OriginGate; logged: Record<string, unknown>[] } {
  const logged: Record<string, unknown>[] = [];
  const logger = {
    ...SILENT,
    warn: (facts: Readonly<Record<string, unknown>>, message: string) => void logged.push({ ...facts, message }),
  };
  return { gate: new OriginGate(new OriginPolicy([]), logger), logged };
}

describe('OriginGate', () => {
  it('says of a refusal which origin, which Host, and the option that lets it in', () => {
    const { gate: one, logged } = gate();
    const problem = one.refusal({ origin: 'https://app.example', host: 'logs.example:8787' });
    expect([problem?.status, problem?.code]).toEqual([403, 'origin']);
    expect(JSON.parse(problem?.body ?? '')).toMatchObject({ code: 'origin', origin: 'https://app.example', host: 'logs.example:8787' });
    expect(problem?.message).toContain('https://app.example');
    expect(problem?.message).toContain('logs.example:8787');
    expect(problem?.message).toContain('--allow-origin https://app.example');
    expect(problem?.message).toContain('allowOrigins');
    expect(logged).toEqual([
      { event: 'origin-refused', origin: 'https://app.example', host: 'logs.example:8787', message: problem?.message },
    ]);
  });

  it('says whose origin null is', () => {
    const message = gate().gate.refusal({ origin: 'null', host: 'logs.example' })?.message ?? '';
    expect(message).toContain('--allow-origin null');
    expect(message).toMatch(/Sandboxed frames/u);
  });

  it('suggests no option for a text that is not an origin', () => {
    for (const origin of ['', 'https://a.example, https://b.example', 'https://a.example/path', 'a.example'])
      expect(gate().gate.refusal({ origin, host: 'logs.example' })?.message).not.toContain('--allow-origin');
  });

  it('logs each origin once, however often it asks', () => {
    const { gate: one, logged } = gate();
    for (let time = 0; time < 5; time += 1)
      for (const origin of ['https://a.example', 'https://b.example']) one.admits({ origin, host: 'logs.example' });
    expect(logged.map(({ origin }) => origin)).toEqual(['https://a.example', 'https://b.example']);
  });

  it('names no more than so many, says so once, and refuses the others all the same', () => {
    const { gate: one, logged } = gate();
    for (let index = 0; index < NAMED_ORIGINS + 50; index += 1)
      expect(one.admits({ origin: `https://${index}.example`, host: 'logs.example' })).toBe(false);
    expect(logged.filter(({ event }) => event === 'origin-refused')).toHaveLength(NAMED_ORIGINS);
    expect(logged.slice(NAMED_ORIGINS).map(({ event }) => event)).toEqual(['origins-refused']);
  });

  it('repeats no long text of a request', () => {
    const { gate: one, logged } = gate();
    const long = 'x'.repeat(100_000);
    const problem = one.refusal({ origin: `https://${long}`, host: `${long}.example` });
    expect(problem!.body.length).toBeLessThan(3_000);
    expect(JSON.stringify(logged).length).toBeLessThan(3_000);
  });

  it('lets in, and logs nothing of, a page that the browser calls one of the same origin', () => {
    const { gate: one, logged } = gate();
    const headers = { origin: 'http://localhost:5173', host: '127.0.0.1:8787' };
    expect(one.admits({ ...headers, 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(logged).toEqual([]);
    for (const site of ['same-site', 'cross-site', 'none', '', 'Same-Origin, cross-site'])
      expect(one.admits({ ...headers, 'sec-fetch-site': site })).toBe(false);
  });
});
