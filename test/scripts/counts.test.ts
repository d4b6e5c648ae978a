import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { countingReporter, countsFile, readCounts } from '../../scripts/counts.mjs';

const NAME = 'counts-under-test';
type Finished = Parameters<NonNullable<ReturnType<typeof countingReporter>['onTestRunFinished']>>[0];

function finish(sessions: { passed: boolean; testResults?: unknown }[], skippedEngines = 0): void {
  countingReporter(NAME, skippedEngines).onTestRunFinished?.({ sessions } as unknown as Finished);
}

describe('counting tests', () => {
  afterEach(() => rmSync(countsFile(NAME), { force: true }));

  it('finds no test where a runner wrote nothing', () => {
    expect(readCounts(NAME)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });

  it("counts a browser's suites in depth, and a skipped engine", () => {
    const inner = { suites: [], tests: [{ passed: true }, { passed: false }] };
    finish([{ passed: false, testResults: { tests: [{ passed: true }, { passed: false, skipped: true }], suites: [inner] } }], 1);
    expect(readCounts(NAME)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  it('counts a browser file that could not be loaded as a failure', () => {
    finish([{ passed: false }, { passed: true, testResults: { suites: [], tests: [{ passed: true }] } }]);
    expect(readCounts(NAME)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it("counts a file of vitest's that could not be loaded as a failure", () => {
    mkdirSync(dirname(countsFile(NAME)), { recursive: true });
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'passed', assertionResults: [{}] },
    ];
    const counts = { numTotalTests: 5, numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1, testResults: files };
    writeFileSync(countsFile(NAME), JSON.stringify(counts));
    expect(readCounts(NAME)).toEqual({ passed: 2, failed: 2, skipped: 2 });
  });
});
