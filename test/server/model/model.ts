import { ok, strictEqual } from 'node:assert/strict';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { createLogServer, type LogServer } from '../../../src/server/create-log-server.ts';
import { Signer } from '../../../src/server/access/signer.ts';
import type { Model } from '../../soak/model.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { Oracle } from './oracle.ts';
import { Viewer } from './viewer.ts';

const SECRETS = ['a secret for models'];
const FOREIGN = 'the secret of somebody else';
/** Small, so that a few lines fill them. */
const LIMITS = { ringBytes: 20_000, socketBuffer: 4_000 } as const;
/** Turns of the event loop within which nearly everything is well when faults have stopped … */
const SOON = 500;
/** … and for how long it is waited for what the server tries again in a while, ms. */
const PATIENCE = 10_000;

const is = fc.constant;
const channel = fc.constantFrom('run:1', 'run:2');
const who = fc.nat(2);

const step = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: is('append' as const), channel, count: fc.constantFrom(1, 3, 40, 400, 1_200) }) },
  { weight: 1, arbitrary: fc.record({ do: is('end' as const), channel, code: fc.constantFrom(0, 137) }) },
  { weight: 1, arbitrary: fc.record({ do: is('remove' as const), channel }) },
  { weight: 2, arbitrary: fc.record({ do: is('trim' as const), channel, lines: fc.constantFrom(1, 20, 500) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: is('restart' as const), aftermath: fc.constantFrom('same' as const, 'same' as const, 'gone' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('cut' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: is('stall' as const), who, stalled: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: is('take' as const), who, chunks: fc.integer({ min: 1, max: 10 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: is('subscribe' as const),
      who,
      channel,
      asked: fc.constantFrom('on' as const, 'on' as const, '', 0, 3, 700, 9_000, '-0', 'other-2', 'nonsense-'),
      tail: fc.constantFrom(undefined, undefined, 7, 100, 300, 5_000),
      token: fc.constantFrom('good' as const, 'good' as const, 'good' as const, 'expired' as const, 'forged' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('unsubscribe' as const), who, channel }) },
  { weight: 1, arbitrary: fc.record({ do: is('probe' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is('store' as const),
      is: fc.constantFrom('slow' as const, 'quick' as const, 'down' as const, 'up' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('answer' as const), which: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: is('news' as const), are: fc.constantFrom('delivered' as const, 'lost' as const, 'changed' as const) }),
  },
  { weight: 5, arbitrary: fc.record({ do: is('turns' as const), count: fc.constantFrom(1, 2, 10) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A server with some viewers, and the model that they hold it against. */
class Stage {
  readonly #oracle = new Oracle();
  readonly #forger = new Signer([FOREIGN]);
  #store = new FaultyStore();
  #server = this.#open();
  readonly #viewers = new Map<number, Viewer>();
  #signed = 0;

  async play(move: Step): Promise<void> {
    switch (move.do) {
      case 'append':
        return this.#append(move.channel, move.count);
      case 'end':
        return this.#end(move.channel, move.code);
      case 'remove':
        if (!this.#store.isDown) await this.#store.remove(move.channel);
        return;
      case 'trim':
        if (!this.#store.isDown) this.#oracle.learn(move.channel, await this.#store.trim(move.channel, { lines: move.lines }, Date.now()));
        return;
      case 'restart':
        return this.#restart(move.aftermath === 'gone');
      case 'cut':
        this.#viewers.get(move.who)?.cut();
        this.#viewers.delete(move.who);
        return;
      case 'stall':
        this.#viewer(move.who).wire.flowing = !move.stalled;
        return;
      case 'take':
        for (let left = move.chunks; left > 0; left -= 1) this.#viewer(move.who).wire.takeOne();
        return;
      case 'subscribe':
        return this.#subscribe(this.#viewer(move.who), move);
      case 'unsubscribe':
        return this.#viewer(move.who).unsubscribe(move.channel, this.#server.sign(move.channel));
      case 'probe':
        return this.#viewer(move.who).probe();
      case 'store':
        if (move.is === 'slow') this.#store.hold();
        else if (move.is === 'quick') this.#store.release();
        else this.#store.isDown = move.is === 'down';
        return;
      case 'answer':
        return this.#store.releaseOne(move.which);
      case 'news':
        this.#store.news = move.are;
        return;
      case 'turns':
        for (let left = move.count; left > 0; left -= 1) await turn();
    }
  }

  /** What has to hold at any time. */
  check(): void {
    for (const viewer of this.#viewers.values()) viewer.check();
    const { bytes, topics } = this.#server.stats();
    // A chunk may be as long as a replay of 1,000 short lines, whatever the ring has room for.
    ok(bytes <= topics * (LIMITS.ringBytes + 64 * 1_024), `${bytes} bytes are held for ${topics} logs`);
  }

  /** Faults stop: every viewer comes to the end of what it follows. */
  async settle(): Promise<void> {
    const store = this.#store;
    store.isDown = false;
    store.news = 'delivered';
    store.release();
    for (const viewer of this.#viewers.values()) viewer.wire.flowing = true;
    const channels = new Set([...this.#viewers.values()].flatMap((viewer) => viewer.channels));
    // News that was lost: the next one tells, unless there is none.
    for (const followed of channels) await this.#append(followed, 1);
    await this.#until('every viewer stands at the end of what it follows', async () => {
      this.check();
      for (const viewer of this.#viewers.values()) {
        for (const refused of viewer.refused) {
          this.#subscribe(viewer, { channel: refused, asked: 'on', tail: undefined, token: 'good' });
          await this.#append(refused, 1);
        }
        for (const followed of viewer.channels) {
          const { epoch, head, end } = await store.peek(followed);
          if (!viewer.isAt(followed, epoch, head, end !== undefined))
            return `${followed} is at ${JSON.stringify(viewer.position(followed))} of ${epoch}-${head}`;
        }
      }
      return undefined;
    });
    this.check();
    for (const viewer of this.#viewers.values()) viewer.cut();
    await this.#until('nothing is left', () => {
      const { sockets, subscriptions, topics, bytes } = this.#server.stats();
      return sockets + subscriptions + topics + bytes + store.watchers === 0 ? undefined : JSON.stringify(this.#server.stats());
    });
  }

  async close(): Promise<void> {
    for (const viewer of this.#viewers.values()) viewer.cut();
    this.#store.release();
    await this.#server.close();
  }

  #open(): LogServer {
    return createLogServer({ store: this.#store, secrets: SECRETS, limits: LIMITS });
  }

  /** Whoever is named, on a socket that is opened when there is none. */
  #viewer(name: number): Viewer {
    let viewer = this.#viewers.get(name);
    if (viewer === undefined) this.#viewers.set(name, (viewer = new Viewer(this.#server, this.#oracle, LIMITS.socketBuffer)));
    return viewer;
  }

  /** Only the next news tells of news that was lost, or a look at the clock that is rare: of the last there has to be word. */
  async #end(of: string, code: number): Promise<void> {
    const { news } = this.#store;
    if (news === 'lost') this.#store.news = 'changed';
    await this.#append(of, 0, code);
    this.#store.news = news;
  }

  async #append(of: string, count: number, end?: number): Promise<void> {
    const tail = await this.#store.peek(of);
    if (!this.#store.isDown && tail.end === undefined) await this.#oracle.append(this.#store, of, tail, count, end);
  }

  #subscribe(
    viewer: Viewer,
    { channel: of, asked, tail, token }: Pick<Extract<Step, { do: 'subscribe' }>, 'asked' | 'tail' | 'token'> & { channel: string },
  ): void {
    const signer = token === 'forged' ? this.#forger : this.#server;
    // Each is another one, so that a refusal says which it is about.
    const signed = signer.sign(of, { ttl: token === 'expired' ? -(this.#signed += 1) : 1_000 + (this.#signed += 1) });
    const refusal = token === 'good' ? undefined : token === 'expired' ? 'expired' : 'forbidden';
    const { epoch, offset } = viewer.position(of) ?? { epoch: '', offset: 0 };
    viewer.subscribe(of, signed, { asked: asked === 'on' ? `${epoch}-${offset}` : asked, tail, refusal });
  }

  async #restart(gone: boolean): Promise<void> {
    for (const viewer of this.#viewers.values()) viewer.cut();
    this.#viewers.clear();
    const store = this.#store;
    if (gone) this.#store = new FaultyStore();
    const closed = this.#server;
    this.#server = this.#open();
    // Questions of the one that went away have nobody to answer to.
    store.release();
    await closed.close();
    if (gone) strictEqual(store.watchers, 0);
  }

  async #until(what: string, lacks: () => string | undefined | Promise<string | undefined>): Promise<void> {
    const begun = performance.now();
    let lacking: string | undefined;
    for (let turns = 0; turns < SOON || performance.now() - begun < PATIENCE; turns += 1) {
      lacking = await lacks();
      if (lacking === undefined) return;
      await (turns < SOON ? turn() : pause(10));
    }
    throw new Error(`It did not come to this: ${what}. ${lacking}`);
  }
}

export interface ServerPlan {
  readonly steps: readonly Step[];
}

/** The server before viewers who take what they like, over a store in whatever mood: every word of it is true. */
export const serverModel: Model<ServerPlan> = {
  name: 'server',
  plans: fc.record({ steps: fc.array(step, { maxLength: 80, size: 'max' }) }),
  run: async ({ steps }) => {
    const stage = new Stage();
    try {
      for (const move of steps) {
        await stage.play(move);
        stage.check();
      }
      await stage.settle();
    } finally {
      await stage.close();
    }
  },
};
