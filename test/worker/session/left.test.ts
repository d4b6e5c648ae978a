import { setImmediate as turn } from 'node:timers/promises';
import { transfer, wrap, type Remote } from 'comlink';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { Host } from '../../../src/worker/host/host.ts';
import { BUILD, type Control, type TabMessage } from '../../../src/worker/tab-messages.ts';
import { numbered, openServer, type TestServer } from '../../support/server.ts';
import { Locks, nodePlatform, type CountingEnvironment } from '../support/platform.ts';

const who = fc.nat(3);
const channel = fc.constantFrom('run:1', 'run:2');
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('tab' as const), locked: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('open' as const), who, log: fc.nat(2), channel }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const), who, log: fc.nat(2), pull: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), who, log: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('show' as const), who, visible: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('go' as const), who, silently: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('append' as const), channel }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(16, 1_000, 40_000) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Timers that fire when the test says so. */
class Timers {
  now = 0;
  readonly pending = new Set<{ readonly at: number; readonly act: () => void }>();

  after(delay: number, act: () => void): () => void {
    const timer = { at: this.now + delay, act };
    this.pending.add(timer);
    return () => this.pending.delete(timer);
  }

  pass(ms: number): void {
    this.now += ms;
    for (const timer of this.pending) {
      if (timer.at > this.now || !this.pending.delete(timer)) continue;
      timer.act();
    }
  }
}

/** A tab that can die silently: its locks and ports are released, as by a browser. */
class Tab {
  readonly control: Remote<Control>;
  /** Its ports that are still open at both ends. */
  readonly ports: Set<MessagePort>;
  readonly #data: MessagePort;
  #free: (() => void) | undefined;

  constructor(host: Host, server: TestServer, locks: Locks | undefined, name: string) {
    const [control, data] = [new MessageChannel(), new MessageChannel()];
    host.accept(control.port1);
    this.control = wrap<Control>(control.port2);
    this.#data = data.port1;
    this.ports = new Set([control.port2, data.port1]);
    for (const port of this.ports) port.addEventListener('close', () => this.ports.delete(port));
    data.port1.start();
    if (locks !== undefined) void locks.request(name, () => new Promise<void>((resolve) => (this.#free = resolve)));
    const hello = { build: BUILD, endpoint: server.url, lock: locks && name, visible: true, online: true };
    void this.control.hello(hello, transfer(data.port2, [data.port2]));
  }

  post(message: TabMessage): void {
    this.#data.postMessage(message);
  }

  /** Without a lock and without a bye, only its silence tells of its death. */
  go(silently: boolean): void {
    if (!silently) this.post({ t: 'bye' });
    this.#free?.();
  }
}

class Stage {
  readonly timers = new Timers();
  readonly locks = new Locks();
  readonly env: CountingEnvironment;
  readonly host: Host;
  readonly server: TestServer;
  readonly tabs: Tab[] = [];
  readonly gone: Tab[] = [];

  constructor(server: TestServer) {
    const { timers } = this;
    this.server = server;
    this.env = nodePlatform({
      locks: this.locks as unknown as LockManager,
      now: () => timers.now,
      after: (delay, act) => timers.after(delay, act),
    });
    this.host = new Host({ env: this.env });
  }

  async play(move: Step): Promise<void> {
    const tab = 'who' in move ? this.tabs[move.who % Math.max(1, this.tabs.length)] : undefined;
    switch (move.do) {
      case 'tab':
        if (this.tabs.length < 4)
          this.tabs.push(new Tab(this.host, this.server, move.locked ? this.locks : undefined, crypto.randomUUID()));
        break;
      case 'open':
        void tab?.control.open(move.log, this.server.sign(move.channel), false);
        break;
      case 'look':
        tab?.post({
          t: 'request',
          log: move.log,
          view: 1,
          request: { want: [{ from: 1, to: 50 }], tail: 10, pull: move.pull, epoch: '', delivered: [] },
        });
        break;
      case 'close':
        void tab?.control.close(move.log);
        break;
      case 'show':
        tab?.post({ t: 'visible', visible: move.visible });
        break;
      case 'take':
        tab?.post({ t: 'taken' });
        break;
      case 'go':
        if (tab !== undefined) this.leave(tab, move.silently);
        break;
      case 'append':
        await this.server.append(move.channel, numbered(3));
        break;
      case 'cut':
        this.env.sockets.at(-1)?.terminate();
        break;
      case 'pass':
        this.timers.pass(move.ms);
    }
    await turn();
  }

  leave(tab: Tab, silently: boolean): void {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    this.gone.push(tab);
    tab.go(silently);
  }
}

it('leaves no port, lock, timer, socket or subscription when the last tab is gone, whatever was done and however they went', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), fc.boolean(), async (steps, silently) => {
      const server = await openServer();
      const stage = new Stage(server);
      for (const move of steps) await stage.play(move);
      while (stage.tabs[0] !== undefined) stage.leave(stage.tabs[0], silently);
      await vi.waitFor(
        () => {
          // Tabs without a lock are dropped after a minute without an answer; everything else ends with the tabs.
          if (stage.host.tabs > 0) stage.timers.pass(5_000);
          expect(stage.host.tabs).toBe(0);
          expect(stage.locks.held.size).toBe(0);
          expect(stage.timers.pending.size).toBe(0);
          expect(server.logs.stats()).toMatchObject({ sockets: 0, subscriptions: 0, topics: 0 });
          expect(stage.env.sockets.filter(({ readyState, CLOSED }) => readyState !== CLOSED)).toEqual([]);
          expect(stage.gone.map(({ ports }) => ports.size).filter((open) => open > 0)).toEqual([]);
        },
        { timeout: 20_000, interval: 1 },
      );
      await server.close();
    }),
    { numRuns: 15 },
  );
}, 60_000);
