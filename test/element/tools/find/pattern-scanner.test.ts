import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  InvalidPatternError,
  NoScannerError,
  PATIENCE,
  PatternScanner,
  SlowPatternError,
  type ScanWorker,
} from '../../../../src/element/tools/find/pattern-scanner.ts';
import { TextMatcher } from '../../../../src/element/tools/find/text-matcher.ts';
import type { PatternAnswer, PatternRequest } from '../../../../src/worker/scan/scan-messages.ts';
import { serveScans } from '../../../../src/worker/scan/serve-scans.ts';

const { signal } = new AbortController();
const LOOK = { q: '^a+$', regex: true };

/** A worker that runs in this thread. It never answers while it `hangs`. */
class TestWorker implements ScanWorker {
  onmessage: ScanWorker['onmessage'] = null;
  onerror: ScanWorker['onerror'] = null;
  terminated = false;
  hangs = false;
  readonly requests: PatternRequest[] = [];
  #listener: (event: { readonly data: unknown }) => void = () => undefined;

  constructor() {
    queueMicrotask(() =>
      serveScans({
        postMessage: (data: PatternAnswer) => this.onmessage?.(new MessageEvent('message', { data })),
        addEventListener: (_type, listener) => (this.#listener = listener),
      }),
    );
  }

  postMessage(data: PatternRequest): void {
    this.requests.push(data);
    if (!this.hangs) queueMicrotask(() => this.#listener({ data }));
  }

  terminate(): void {
    this.terminated = true;
  }
}

describe('the scanner', () => {
  const workers: TestWorker[] = [];
  const scanner = (hangs = false): PatternScanner =>
    new PatternScanner(() => {
      const worker = new TestWorker();
      worker.hangs = hangs && workers.length === 0;
      workers.push(worker);
      return worker;
    });

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    workers.length = 0;
  });

  it('finds a pattern in texts as they are shown', async () => {
    const found = await new TextMatcher(scanner()).find(LOOK, ['\x1b[1ma\x1b[0ma', 'ab'], signal);
    expect(found).toEqual([{ at: [[0, 2]], more: false }, undefined]);
  });

  it('says why a pattern cannot be used, and keeps its worker', async () => {
    const some = scanner();
    await expect(some.find({ q: '(', regex: true }, [''], signal)).rejects.toThrow(InvalidPatternError);
    await expect(some.find(LOOK, ['a'], signal)).resolves.toHaveLength(1);
    expect(workers).toHaveLength(1);
  });

  it('ends a worker that does not answer in time, and starts another for what comes next', async () => {
    const some = scanner(true);
    const slow = some.find(LOOK, ['a'], signal);
    const next = some.find(LOOK, ['a'], signal);
    const outcome = expect(slow).rejects.toThrow(SlowPatternError);
    await vi.advanceTimersByTimeAsync(PATIENCE - 1);
    expect(workers[0]?.terminated).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await outcome;
    expect(workers[0]?.terminated).toBe(true);
    expect(await next).toHaveLength(1);
    expect(workers).toHaveLength(2);
  });

  it('makes no request that was aborted before its turn', async () => {
    const some = scanner();
    const aborted = new AbortController();
    const first = some.find(LOOK, ['a'], signal);
    const second = some.find(LOOK, ['b'], aborted.signal);
    aborted.abort();
    await expect(second).rejects.toThrow();
    await first;
    expect(workers[0]?.requests).toHaveLength(1);
  });

  it('says where no worker can be started', async () => {
    const some = new PatternScanner(() => {
      throw new Error('blocked');
    });
    await expect(some.find(LOOK, ['a'], signal)).rejects.toThrow(NoScannerError);
  });

  it('gives up on a worker that never starts', async () => {
    const some = new PatternScanner(() => ({ onmessage: null, onerror: null, postMessage: () => undefined, terminate: () => undefined }));
    const outcome = expect(some.find(LOOK, ['a'], signal)).rejects.toThrow(NoScannerError);
    await vi.advanceTimersByTimeAsync(10_000);
    await outcome;
  });
});
