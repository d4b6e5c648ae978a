import { CONNECTING } from '../../../src/element/status/chip.ts';
import type { LogLine, LogStatus, Range } from '../../../src/worker/api.ts';

/** A live log without lines. */
export const LIVE: LogStatus = { ...CONNECTING, state: 'live', epoch: 'a' };

/** A log that makes its lines on demand, and records what was requested. */
export function rangedLog(
  head: number,
  textOf: (line: number) => string,
  continues: (line: number) => boolean = () => false,
): { readonly asked: Range[]; range(from: number, to: number): Promise<LogLine[]> } {
  const asked: Range[] = [];
  return {
    asked,
    async range(from, to) {
      asked.push({ from, to });
      return Array.from({ length: Math.max(0, Math.min(to, head) - from + 1) }, (_, at) => ({
        offset: from + at,
        time: 0,
        text: textOf(from + at),
        stderr: false,
        carry: '',
        continues: continues(from + at),
      }));
    },
  };
}

/** A signal that is never aborted. */
export const never = new AbortController().signal;
