import { afterEach, describe, expect, it, vi } from 'vitest';
import { downloadSlot, LockSlots, LocalSlots, platformSlots, SLOTS, type StreamSlot } from '../../../src/worker/platform/stream-slots.ts';

/** Web Locks of an origin, as far as slots need them. */
class OriginLocks {
  readonly held = new Set<string>();
  readonly #waiting: { readonly name: string; readonly grant: () => void }[] = [];

  request(name: string, options: LockOptions, granted: (lock: object | null) => unknown): Promise<unknown> {
    if (!this.held.has(name)) return this.#hold(name, granted);
    if (options.ifAvailable === true) return Promise.resolve().then(() => granted(null));
    return new Promise((resolve, reject) => {
      const entry = { name, grant: () => resolve(this.#hold(name, granted)) };
      this.#waiting.push(entry);
      options.signal?.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(entry);
        if (at !== -1) this.#waiting.splice(at, 1);
        reject(new DOMException('Aborted.', 'AbortError'));
      });
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async #hold(name: string, granted: (lock: object | null) => unknown): Promise<void> {
    this.held.add(name);
    await Promise.resolve();
    await granted({});
    this.held.delete(name);
    const at = this.#waiting.findIndex((entry) => entry.name === name);
    if (at !== -1) this.#waiting.splice(at, 1)[0]!.grant();
  }
}

const stub = (locks: unknown): void => void vi.stubGlobal('navigator', { locks });
const signal = new AbortController().signal;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the long-lived connections of an origin', () => {
  it('are three for the streams of all tabs, and a fourth for a download', async () => {
    const locks = new OriginLocks();
    stub(locks);
    const tabs = Array.from({ length: 8 }, () => platformSlots(false));
    const slots: StreamSlot[] = [];
    for (const tab of tabs) {
      const slot = await tab.acquire();
      if (slot !== undefined) slots.push(slot);
    }
    expect(slots).toHaveLength(SLOTS.streams);
    let waits = 0;
    const first = await downloadSlot(signal, () => (waits += 1));
    expect(waits).toBe(0);
    expect(locks.held.size).toBe(SLOTS.all);
    // The next download waits, says so, and gets the first connection that is released.
    let second: StreamSlot | undefined;
    const coming = downloadSlot(signal, () => (waits += 1)).then((slot) => (second = slot));
    await vi.waitFor(() => expect(waits).toBe(1));
    expect(second).toBeUndefined();
    slots[0]!.release();
    await coming;
    expect(locks.held.size).toBe(SLOTS.all);
    await vi.waitFor(() => expect(locks.waiting).toBe(0));
    expect(await tabs[7]!.acquire()).toBeUndefined();
    second!.release();
    first.release();
    await vi.waitFor(() => expect(locks.held.size).toBe(2));
    expect(await tabs[7]!.acquire()).toBeDefined();
  });

  it('are released by a download that is stopped while it waits', async () => {
    const locks = new OriginLocks();
    stub(locks);
    const held = await Promise.all([1, 2, 3, 4].map(() => downloadSlot(signal, () => undefined)));
    const stop = new AbortController();
    const waiting = downloadSlot(stop.signal, () => stop.abort());
    await expect(waiting).rejects.toThrow();
    expect(locks.waiting).toBe(0);
    for (const slot of held) slot.release();
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
  });

  it('are none for streams in a page without Web Locks, and three in a worker that serves all tabs', async () => {
    stub(undefined);
    expect(await platformSlots(false).acquire()).toBeUndefined();
    const shared = platformSlots(true);
    const slots = await Promise.all([1, 2, 3, 4].map(() => shared.acquire()));
    expect(slots.filter((slot) => slot !== undefined)).toHaveLength(SLOTS.streams);
    slots[0]!.release();
    slots[0]!.release();
    expect(await shared.acquire()).toBeDefined();
    expect(await shared.acquire()).toBeUndefined();
  });

  it('are one for the downloads of a page without Web Locks, in turn', async () => {
    stub(undefined);
    const first = await downloadSlot(signal, () => undefined);
    const stop = new AbortController();
    const gone = downloadSlot(stop.signal, () => undefined);
    let waits = 0;
    const coming = downloadSlot(signal, () => (waits += 1));
    stop.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    await vi.waitFor(() => expect(waits).toBe(1));
    first.release();
    (await coming).release();
  });

  it.each([
    [
      'throw',
      () => {
        throw new Error('no');
      },
    ],
    ['reject', () => Promise.reject(new Error('no'))],
  ])('are none for streams where locks %s, and do not prevent a download', async (_how, request) => {
    stub({ request });
    expect(await new LockSlots({ request } as unknown as LockManager).acquire()).toBeUndefined();
    (await downloadSlot(signal, () => undefined)).release();
  });

  it('are bounded by their number', async () => {
    const slots = new LocalSlots(0);
    expect(await slots.acquire()).toBeUndefined();
  });
});
