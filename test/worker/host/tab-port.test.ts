import { wrap, transfer, type Remote } from 'comlink';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TRACE_LINES } from '../../../src/worker/debug/session-trace.ts';
import { Host } from '../../../src/worker/host/host.ts';
import { PACE } from '../../../src/worker/host/frame-pace.ts';
import { PORT, TAB_LOGS } from '../../../src/worker/host/tab-port.ts';
import { BUILD, type Control, type TabHello, type TabMessage, type WorkerMessage } from '../../../src/worker/tab-messages.ts';
import { numbered, startServer, type TestServer } from '../../support/server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { Locks, nodePlatform, type CountingEnvironment } from '../support/platform.ts';

/** A tab that does nothing by itself. */
interface RawTab {
  readonly control: Remote<Control>;
  readonly heard: WorkerMessage[];
  post(message: TabMessage): void;
  /** Batches so far. */
  batches(): Extract<WorkerMessage, { t: 'batch' }>[];
  /** Line numbers delivered so far. */
  offsets(): number[];
  head(): number | undefined;
}

let clock: ManualClock;
let locks: Locks;
let env: CountingEnvironment;
let host: Host;
let server: TestServer;

beforeEach(async () => {
  // Leftovers of a test keep their own clock.
  const own = (clock = new ManualClock());
  locks = new Locks();
  env = nodePlatform({
    locks: locks as unknown as LockManager,
    now: () => own.now,
    after: (delay, callback) => own.after(delay, callback),
  });
  host = new Host({ env });
  server = await startServer();
});

afterEach(() => {
  for (const socket of env.sockets) socket.terminate();
});

async function openTab(hello: Partial<TabHello> = {}): Promise<RawTab> {
  const [control, data] = [new MessageChannel(), new MessageChannel()];
  host.accept(control.port1);
  const remote = wrap<Control>(control.port2);
  const heard: WorkerMessage[] = [];
  data.port1.onmessage = ({ data: message }: { data: WorkerMessage }) => void heard.push(message);
  onTestFinished(() => {
    control.port2.close();
    data.port1.close();
  });
  const who = { build: BUILD, endpoint: server.url, lock: undefined, visible: true, online: true, ...hello };
  expect(await remote.hello(who, transfer(data.port2, [data.port2]))).toEqual({ ok: true });
  const batches = (): Extract<WorkerMessage, { t: 'batch' }>[] => heard.filter((message) => message.t === 'batch');
  return {
    control: remote,
    heard,
    post: (message) => data.port1.postMessage(message),
    batches,
    offsets: () =>
      batches().flatMap(({ logs }) =>
        logs.flatMap(({ views }) => views.flatMap(({ runs }) => runs.flatMap(({ from, lines }) => lines.map((_, at) => from + at)))),
      ),
    head: () =>
      batches()
        .flatMap(({ logs }) => logs.map(({ status }) => status?.head))
        .findLast((head) => head !== undefined),
  };
}

/** A tab that follows `run:1`, all of whose batches so far were taken. */
async function following(hello: Partial<TabHello> = {}): Promise<RawTab> {
  const tab = await openTab(hello);
  await tab.control.open(1, server.sign('run:1'), false);
  tab.post({ t: 'request', log: 1, view: 1, request: { want: [], tail: 5_000, pull: false, epoch: '', delivered: [] } });
  await vi.waitFor(() => {
    take(tab);
    expect(tab.batches().flatMap(({ logs }) => logs.map(({ status }) => status?.state))).toContain('live');
  });
  take(tab);
  await answered(tab);
  clock.pass(PORT.hidden);
  tab.heard.length = 0;
  return tab;
}

function take(tab: RawTab): void {
  tab.post({ t: 'taken' });
  clock.pass(PACE.frame);
}

/** When this is over, the worker has dealt with everything that was posted before. */
async function answered(tab: RawTab): Promise<void> {
  for (let times = 0; times < 10; times += 1) await tab.control.ping();
}

/** Each round passes virtual time, and enough of it takes many rounds. */
const ROUNDS = { timeout: 10_000, interval: 5 };

describe('a visible tab', () => {
  it('receives batches at once, and no others before it took one of them', async () => {
    const tab = await following();
    await server.append('run:1', numbered(3));
    await vi.waitFor(() => expect(tab.offsets()).toEqual([1, 2, 3]));
    const last = await openTab();
    await last.control.open(1, server.sign('run:1'), false);
    for (let at = 4; at <= 20; at += 1) {
      await server.append('run:1', numbered(1, at));
      await vi.waitFor(() => {
        take(last);
        expect(last.head()).toBe(at);
      });
    }
    await answered(tab);
    expect(tab.batches()).toHaveLength(PACE.credit);
    expect(tab.offsets()).toEqual([1, 2, 3, 4]);
    tab.post({ t: 'taken' });
    await vi.waitFor(() => expect(tab.offsets()).toEqual(numbered(20).map((_, at) => at + 1)));
    expect(tab.batches()).toHaveLength(PACE.credit + 1);
  });

  it('receives no more batches than it can draw, however fast it takes them', async () => {
    const [tab, other] = [await following(), await following()];
    await server.append('run:1', numbered(1));
    await vi.waitFor(() => expect(tab.batches()).toHaveLength(1));
    // The other one takes nothing: what the session received shows only in its next batch.
    for (let at = 2; at <= 20; at += 1) {
      tab.post({ t: 'taken' });
      await server.append('run:1', numbered(1, at));
      await answered(tab);
    }
    expect(tab.batches()).toHaveLength(1);
    clock.pass(PACE.frame);
    await vi.waitFor(() => expect(tab.batches()).toHaveLength(2));
    await vi.waitFor(() => {
      take(tab);
      expect(tab.offsets()).toHaveLength(20);
    });
    await vi.waitFor(() => {
      take(other);
      expect(other.offsets()).toHaveLength(20);
    });
    expect(other.batches().length).toBeLessThan(5);
  });

  it('receives lines shortly before its next frame', async () => {
    const tab = await following();
    await server.append('run:1', numbered(1));
    await vi.waitFor(() => expect(tab.batches()).toHaveLength(1));
    tab.post({ t: 'taken', frame: 14 });
    await answered(tab);
    const { now } = clock;
    await server.append('run:1', numbered(1, 2));
    await vi.waitFor(async () => {
      clock.pass(0.5);
      await answered(tab);
      expect(tab.offsets()).toEqual([1, 2]);
    }, ROUNDS);
    const [early] = PACE.leads;
    expect(clock.now - now).toBeGreaterThanOrEqual(14 - early);
  });

  it('receives a long stretch in batches of bounded size, complete and in order', async () => {
    await server.append('run:1', numbered(4_900));
    const tab = await openTab();
    await tab.control.open(1, server.sign('run:1'), false);
    tab.post({ t: 'request', log: 1, view: 1, request: { want: [], tail: 5_000, pull: false, epoch: '', delivered: [] } });
    await vi.waitFor(() => {
      take(tab);
      expect(tab.offsets()).toHaveLength(4_900);
    }, ROUNDS);
    for (const { logs } of tab.batches()) {
      const lines = logs.flatMap(({ views }) => views.flatMap(({ runs }) => runs.map((run) => run.lines.length)));
      expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(PORT.lines);
    }
    expect(new Set(tab.offsets()).size).toBe(4_900);
  });

  it('receives its lines with the first batch of a log that is held, and no batch of an unknown log', async () => {
    await server.append('run:1', numbered(5));
    const opening = { fresh: true, requests: [{ view: 1, request: { want: [], tail: 100, pull: false, epoch: '', delivered: [] } }] };
    const first = await openTab();
    await first.control.open(1, server.sign('run:1'), false, opening);
    await vi.waitFor(() => {
      take(first);
      expect(first.offsets()).toEqual([1, 2, 3, 4, 5]);
    }, ROUNDS);
    expect(first.batches().flatMap(({ logs }) => logs.map(({ status }) => status?.state))).not.toContain('connecting');
    const second = await openTab();
    await second.control.open(1, server.sign('run:1'), false, opening);
    await vi.waitFor(() => expect(second.batches()).toHaveLength(1), ROUNDS);
    expect(second.offsets()).toEqual([1, 2, 3, 4, 5]);
    expect(second.head()).toBe(5);
  });

  it('receives nothing when nothing changed', async () => {
    const tab = await following();
    tab.post({ t: 'wake' });
    clock.pass(5_000);
    await answered(tab);
    expect(tab.heard).toEqual([]);
  });
});

describe('a hidden tab', () => {
  it('receives only heads, at most once a second, and the lines when it is shown', async () => {
    const tab = await following();
    tab.post({ t: 'visible', visible: false });
    await answered(tab);
    await server.append('run:1', numbered(3));
    await vi.waitFor(() => {
      clock.pass(100);
      expect(tab.head()).toBe(3);
    });
    take(tab);
    tab.heard.length = 0;
    const { now } = clock;
    await server.append('run:1', numbered(3, 4));
    await vi.waitFor(async () => {
      clock.pass(50);
      await answered(tab);
      expect(tab.head()).toBe(6);
    }, ROUNDS);
    expect(clock.now - now).toBeGreaterThanOrEqual(PORT.hidden - 2 * PACE.frame - 100);
    expect(tab.offsets()).toEqual([]);
    tab.post({ t: 'taken' });
    tab.post({ t: 'visible', visible: true });
    await vi.waitFor(() => {
      clock.pass(PACE.frame);
      expect(tab.offsets()).toEqual([1, 2, 3, 4, 5, 6]);
    });
  });

  it('receives the lines that code waits for, as fast as a visible one', async () => {
    const tab = await following();
    tab.post({ t: 'visible', visible: false });
    await server.append('run:1', numbered(30));
    tab.post({ t: 'request', log: 1, view: 2, request: { want: [{ from: 1, to: 30 }], tail: 0, pull: true, epoch: '', delivered: [] } });
    const { now } = clock;
    await vi.waitFor(() => {
      take(tab);
      expect(tab.offsets()).toHaveLength(30);
    });
    expect(clock.now - now).toBeLessThan(PORT.hidden * 5);
  });
});

describe('a tab that is gone', () => {
  it('is noticed when its lock is released, and its subscriptions end', async () => {
    let release: () => void = () => undefined;
    void locks.request('tab 1', () => new Promise<void>((resolve) => (release = resolve)));
    const tab = await following({ lock: 'tab 1' });
    expect(host.tabs).toBe(1);
    expect(server.logs.stats().subscriptions).toBe(1);
    release();
    await vi.waitFor(() => expect(server.logs.stats().subscriptions).toBe(0));
    expect(host.tabs).toBe(0);
    await server.append('run:1', numbered(5));
    clock.pass(60_000);
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(0));
    expect(tab.heard).toEqual([]);
    expect(clock.pending).toEqual([]);
  });

  it('is pinged where there are no locks, and dropped when it does not answer', async () => {
    const tab = await following();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      tab.heard.length = 0;
      clock.pass(PORT.sweep);
      await vi.waitFor(() => expect(tab.heard).toContainEqual({ t: 'ping' }));
      tab.post({ t: 'pong' });
      await answered(tab);
    }
    expect(host.tabs).toBe(1);
    clock.pass(PORT.silence + 2 * PORT.sweep);
    expect(host.tabs).toBe(0);
  });
});

describe('control', () => {
  it('refuses another build, and an invalid endpoint', async () => {
    const channel = new MessageChannel();
    host.accept(channel.port1);
    onTestFinished(() => channel.port2.close());
    const control = wrap<Control>(channel.port2);
    const hello = { build: BUILD, endpoint: server.url, lock: undefined, visible: true, online: true };
    const port = (): MessagePort => {
      const { port1, port2 } = new MessageChannel();
      onTestFinished(() => port1.close());
      return transfer(port2, [port2]);
    };
    expect(await control.hello({ ...hello, build: '0.0.0' }, port())).toEqual({ ok: false, code: 'outdated' });
    expect(await control.hello({ ...hello, endpoint: 'file:///etc' }, port())).toEqual({ ok: false, code: 'malformed' });
    expect(await control.open(1, server.sign('run:1'), false)).toEqual({ ok: false, code: 'malformed' });
    expect(await control.stats()).toBeUndefined();
    expect(await control.hello(hello, port())).toEqual({ ok: true });
    expect(await control.hello(hello, port())).toEqual({ ok: false, code: 'malformed' });
  });

  it('exposes only its calls, none of which can be replaced', async () => {
    const { port1, port2 } = new MessageChannel();
    host.accept(port1);
    onTestFinished(() => port2.close());
    const control = wrap<Control>(port2);
    const reach = control as unknown as Record<string, Promise<unknown>>;
    expect(await reach['constructor']).toBeUndefined();
    expect(await reach['toString']).toBeUndefined();
    port2.postMessage({ id: '1', type: 'SET', path: ['ping'], value: { type: 'RAW', value: 'replaced' } });
    expect(await control.ping()).toEqual({ ok: true });
  });

  it('opens a bounded number of logs for a tab, and none twice', async () => {
    const tab = await openTab();
    const topic = server.sign('run:1');
    for (let log = 1; log <= TAB_LOGS; log += 1) void tab.control.open(log, topic, false);
    expect(await tab.control.open(1, topic, false)).toEqual({ ok: false, code: 'malformed' });
    expect(await tab.control.open(TAB_LOGS + 1, topic, false)).toEqual({ ok: false, code: 'malformed' });
    await tab.control.close(1);
    expect(await tab.control.open(TAB_LOGS + 1, topic, false)).toEqual({ ok: true });
  });

  it('reports an error in the worker to every tab', async () => {
    const tabs = [await openTab(), await openTab()];
    host.report('Something went wrong.');
    for (const tab of tabs) await vi.waitFor(() => expect(tab.heard).toContainEqual({ t: 'problem', text: 'Something went wrong.' }));
  });
});

describe('the trace of the session', () => {
  const tracesOf = (tab: RawTab): Extract<WorkerMessage, { t: 'trace' }>[] => tab.heard.filter((message) => message.t === 'trace');
  const linesOf = (tab: RawTab): readonly string[] => tracesOf(tab).flatMap(({ lines }) => lines);

  it('goes to the tabs that asked for it, and to no other', async () => {
    const [curious, other] = [await openTab(), await openTab()];
    curious.post({ t: 'debug' });
    await answered(curious);
    const topic = server.sign('run:1');
    await other.control.open(1, topic, false);
    await vi.waitFor(() => {
      curious.post({ t: 'traceTaken' });
      expect(linesOf(curious)).toContainEqual(expect.stringMatching(/^event frame socket=1 ack run:1 /u));
    });
    expect(linesOf(curious)).toContainEqual(expect.stringMatching(/^effect send socket=1 subscribe run:1#[0-9a-f]{8} tail=100$/u));
    expect(linesOf(curious).join()).not.toContain(topic);
    expect(tracesOf(other)).toEqual([]);
  });

  it('is held back from a tab that does not take it, and what is dropped is counted', async () => {
    const [curious, other] = [await openTab(), await openTab()];
    curious.post({ t: 'debug' });
    await answered(curious);
    other.post({ t: 'wake' });
    await answered(other);
    for (let times = 0; times < 2 * TRACE_LINES; times += 1) other.post({ t: 'wake' });
    await answered(other);
    await answered(curious);
    await vi.waitFor(() => expect(tracesOf(curious)).toHaveLength(1));
    curious.post({ t: 'traceTaken' });
    await vi.waitFor(() => expect(tracesOf(curious)).toHaveLength(2));
    const [, late] = tracesOf(curious);
    expect(late?.lines).toHaveLength(TRACE_LINES);
    expect(late?.dropped).toBeGreaterThanOrEqual(TRACE_LINES);
  });

  it('ends with the tab, and messages of another build are ignored', async () => {
    const tab = await openTab();
    tab.post({ t: 'debug' });
    tab.post({ t: 'debug' });
    tab.post({ t: 'of a later build' } as unknown as TabMessage);
    await answered(tab);
    tab.post({ t: 'bye' });
    await vi.waitFor(() => expect(host.tabs).toBe(0));
    const { length } = tracesOf(tab);
    const next = await openTab();
    next.post({ t: 'wake' });
    await answered(next);
    expect(tracesOf(tab)).toHaveLength(length);
  });
});
