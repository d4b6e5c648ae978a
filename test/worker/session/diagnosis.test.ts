import { beforeEach, describe, expect, it } from 'vitest';
import { classify } from '../../../src/worker/diagnosis/classify.ts';
import type { Diagnosis } from '../../../src/worker/diagnosis/diagnosis.ts';
import { Bench } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

const ASKED = { endpoint: 'http://app.example/log-stream', page: 'http://app.example' };

function answered(code: string, host = 'app.example'): Diagnosis {
  const problem = { code, host, origin: 'null', detail: 'Why.' };
  return classify(ASKED, { kind: 'answer', status: 400, type: 'application/problem+json', url: ASKED.endpoint, problem })!;
}

const REFUSED = answered('origin');
const BLOCKED = answered('upgrade');
const CHANGED = answered('upgrade', 'inside:8787');

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
  bench.open(1, topicOf('run:1'));
});

/** The attempt under way fails, and is diagnosed. */
function fail(diagnosis: Diagnosis | undefined): void {
  bench.closed(1006);
  bench.do({ type: 'diagnosing' });
  bench.do({ type: 'diagnosed', diagnosis });
}

describe('a handshake that fails', () => {
  it('is to be diagnosed until the next attempt starts', () => {
    expect(bench.session.needsDiagnosis).toBe(false);
    for (let time = 0; time < 3; time += 1) {
      bench.closed(1006);
      expect(bench.session.needsDiagnosis).toBe(true);
      bench.passToConnect();
      expect(bench.session.needsDiagnosis).toBe(false);
    }
  });

  it('is not to be diagnosed after hello', () => {
    bench.opened();
    bench.closed(1006);
    expect(bench.session.needsDiagnosis).toBe(false);
  });

  it('is not reported while it is diagnosed for the first time', () => {
    bench.closed(1006);
    bench.do({ type: 'diagnosing' });
    expect(bench.status(1)).toMatchObject({ state: 'connecting', problem: undefined });
    bench.do({ type: 'diagnosed', diagnosis: undefined });
    expect(bench.status(1)).toMatchObject({ state: 'reconnecting', problem: undefined, advice: undefined });
    bench.passToConnect();
    bench.closed(1006);
    bench.do({ type: 'diagnosing' });
    expect(bench.status(1).state).toBe('reconnecting');
  });

  it('because the origin is refused is an error with its reason, which stays during further attempts', () => {
    fail(REFUSED);
    const wanted = { state: 'error', problem: REFUSED.problem, advice: REFUSED.advice, retryAt: undefined };
    expect(bench.status(1)).toMatchObject(wanted);
    bench.passToConnect();
    expect(bench.status(1)).toMatchObject(wanted);
    bench.opened();
    expect(bench.status(1)).toMatchObject({ state: 'connecting', problem: undefined, advice: undefined });
  });

  it('keeps a known log on screen, and says why it cannot reconnect', () => {
    bench.opened();
    bench.ack('run:1', 'e-5');
    bench.closed(1006);
    bench.passToConnect();
    fail(REFUSED);
    expect(bench.status(1)).toMatchObject({ state: 'reconnecting', problem: REFUSED.problem, head: 5 });
  });

  it('is not explained while the device is offline', () => {
    fail(REFUSED);
    bench.do({ type: 'network', online: false });
    expect(bench.status(1)).toMatchObject({ advice: undefined });
  });

  it('while HTTP works may be an accident: WebSockets count as blocked after several', () => {
    fail(BLOCKED);
    expect(bench.status(1)).toMatchObject({ state: 'reconnecting', problem: undefined, advice: undefined });
    expect(bench.polls).toEqual([]);
    for (let time = 0; time < 2; time += 1) {
      bench.passToConnect();
      fail(BLOCKED);
    }
    bench.polled('e-5');
    expect(bench.status(1)).toMatchObject({ state: 'live', problem: undefined, advice: BLOCKED.advice, overHttp: true });
  });

  it('because of a changed Host leads to HTTP at once', () => {
    fail(CHANGED);
    expect(bench.polls).toHaveLength(1);
    expect(bench.status(1).state).toBe('connecting');
    bench.polled('e-5');
    expect(bench.status(1)).toMatchObject({ state: 'live', advice: CHANGED.advice, overHttp: true });
  });

  it('is explained when HTTP fails as well', () => {
    fail(CHANGED);
    bench.do({ type: 'polled', id: bench.polls[0]!.id, result: { kind: 'failed' } });
    expect(bench.status(1)).toMatchObject({ state: 'reconnecting', problem: CHANGED.problem });
  });

  it('is forgotten once a socket got through meanwhile', () => {
    bench.closed(1006);
    bench.do({ type: 'diagnosing' });
    bench.passToConnect();
    bench.opened();
    bench.do({ type: 'diagnosed', diagnosis: REFUSED });
    expect(bench.status(1)).toMatchObject({ state: 'connecting', advice: undefined });
  });
});
