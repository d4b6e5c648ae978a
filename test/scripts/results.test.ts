import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/processes.mjs';
import { readResults, resultsFile, resultsReporter } from '../../scripts/results.mjs';

const NAME = 'results-under-test';
const FILE = join(ROOT, 'test/some.test.ts');
type Finished = Parameters<NonNullable<ReturnType<typeof resultsReporter>['onTestRunFinished']>>[0];

function finish(sessions: { passed: boolean; errors?: unknown[]; testResults?: unknown }[], skippedEngines = 0): void {
  const whole = sessions.map((session) => ({ errors: [], testFile: FILE, browser: { name: 'Firefox' }, ...session }));
  resultsReporter(NAME, skippedEngines).onTestRunFinished?.({ sessions: whole } as unknown as Finished);
}

describe('the results of a runner', () => {
  afterEach(() => rmSync(resultsFile(NAME), { force: true }));

  it('are zeros where it wrote nothing', () => {
    expect(readResults(NAME)).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [] });
  });

  it("count a browser's suites in depth, and a skipped engine", () => {
    const inner = { suites: [], tests: [{ passed: true }, { passed: false, name: 'counts', error: { message: 'no', stack: 'at a' } }] };
    finish([{ passed: false, testResults: { tests: [{ passed: true }, { passed: false, skipped: true }], suites: [inner] } }], 1);
    expect(readResults(NAME)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      failures: ['test/some.test.ts, Firefox\ncounts\nno\nat a'],
    });
  });

  it('say a message once where the stack begins with it', () => {
    const failed = { passed: false, name: 'counts', error: { message: 'no', stack: 'Error: no\n  at a' } };
    finish([{ passed: false, testResults: { suites: [], tests: [failed] } }]);
    expect(readResults(NAME).failures).toEqual(['test/some.test.ts, Firefox\ncounts\nError: no\n  at a']);
  });

  it('hold no more than 2,000 characters of one failure', () => {
    const failed = { passed: false, name: 'counts', error: { message: 'no '.repeat(1_000) } };
    finish([{ passed: false, testResults: { suites: [], tests: [failed] } }]);
    expect(readResults(NAME).failures.map((failure) => failure.length)).toEqual([2_000]);
  });

  it('count a browser file that could not be loaded as a failure', () => {
    const loaded = { passed: true, testResults: { suites: [], tests: [{ passed: true }] } };
    finish([{ passed: false, errors: [{ message: 'not found' }] }, loaded]);
    const failures = ['test/some.test.ts, Firefox\noutside its tests\nnot found'];
    expect(readResults(NAME)).toEqual({ passed: 1, failed: 1, skipped: 0, failures });
  });

  it("count a file of vitest's that could not be loaded as a failure", () => {
    mkdirSync(dirname(resultsFile(NAME)), { recursive: true });
    const files = [
      { name: FILE, status: 'failed', assertionResults: [], message: 'not found' },
      { name: FILE, status: 'failed', assertionResults: [{ status: 'failed', fullName: 'a log opens', failureMessages: ['no'] }] },
      { name: FILE, status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a log ends' }] },
    ];
    const counts = { numTotalTests: 5, numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1, testResults: files };
    writeFileSync(resultsFile(NAME), JSON.stringify(counts));
    const failures = ['test/some.test.ts\ncould not be loaded\nnot found', 'test/some.test.ts\na log opens\nno'];
    expect(readResults(NAME)).toEqual({ passed: 2, failed: 2, skipped: 2, failures });
  });
});
