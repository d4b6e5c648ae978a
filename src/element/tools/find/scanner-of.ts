import { BUILD } from '../../../worker/tab-messages.ts';
import { scriptOf } from '../../../worker/tab/page.ts';
import { startForeignWorker } from '../../../worker/tab/foreign-worker.ts';
import { startScanWorker } from '../../../worker/tab/start-worker.ts';
import { isSetByCode, type LogStreamAttributes } from '../../attributes.ts';
import { PatternScanner } from './pattern-scanner.ts';

/** The scanner of an element; its worker starts with the first regular expression. */
export function scannerOf(element: LogStreamAttributes): PatternScanner {
  return new PatternScanner(() => {
    const script = element.workerUrl ? scriptOf(element.workerUrl, isSetByCode(element, 'worker-url')) : undefined;
    const name = `log-stream-scan:${BUILD}`;
    return startForeignWorker(() => Worker, script, name) ?? startScanWorker(script, name);
  });
}
