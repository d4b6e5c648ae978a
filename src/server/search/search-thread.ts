/** Runs in a thread that searches: answers the requests of {@link ScanExecutor}, one at a time. */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { Scanner, type ScanAnswer, type ScanRequest } from './scan/scanner.ts';

/** How long one request may take before the thread answers with what it has, ms: others wait for it. */
const TURN = 100;

const scanner = new Scanner();
/** How many blocks were begun, and whether the current request is cancelled. Shared with the main thread. */
const shared = workerData as Int32Array;

parentPort?.on('message', (request: ScanRequest) => {
  const due = performance.now() + TURN;
  const answer = scanner.answer(request, {
    beat: () => {
      Atomics.add(shared, 0, 1);
      return Atomics.load(shared, 1) === 0;
    },
    isDue: () => performance.now() >= due,
  });
  parentPort?.postMessage(answer, transferable(answer));
});

/** The thread is ready. */
parentPort?.postMessage(undefined);

function transferable(answer: ScanAnswer): ArrayBuffer[] {
  const output = answer.kind === 'scanned' ? answer.result?.output : undefined;
  return output === undefined ? [] : [output.buffer];
}
