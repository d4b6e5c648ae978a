import { messageOf } from '../../protocol/message-of.ts';
import type { PatternAnswer, PatternRequest } from './scan-messages.ts';
import { TextScanner } from './text-scanner.ts';

/** What is used of the global scope of a dedicated worker. */
export interface ScanScope {
  postMessage(message: PatternAnswer): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** Answers the scans of the tab that started this worker. */
export function serveScans(scope: ScanScope): void {
  const scanner = new TextScanner();
  scope.addEventListener('message', ({ data }) => {
    // Only the tab that started this worker can send to it.
    const { query, texts } = data as PatternRequest;
    scope.postMessage(answerTo(() => scanner.find(query, texts)));
  });
  scope.postMessage({ kind: 'ready' });
}

/** A pattern may fail to compile, and one that is too large fails only when it is used. */
function answerTo(scan: () => ReturnType<TextScanner['find']>): PatternAnswer {
  try {
    return { kind: 'found', found: scan() };
  } catch (error) {
    return { kind: 'invalid', problem: messageOf(error) };
  }
}
