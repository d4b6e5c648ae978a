// How many tests a runner ran, read from what it wrote down.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './processes.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {string} name */
export const countsFile = (name) => join(ROOT, '.cache/test', `${name}.json`);

/** @param {string} name An old result must not be taken for a new one. */
export function forgetCounts(name) {
  rmSync(countsFile(name), { force: true });
}

/**
 * @param {string} name
 * @returns {Counts} Zeros when the runner wrote nothing, which the caller treats as a failure.
 */
export function readCounts(name) {
  try {
    const found = JSON.parse(readFileSync(countsFile(name), 'utf8'));
    if ('numTotalTests' in found) return fromVitest(found);
    return { passed: found.passed, failed: found.failed, skipped: found.skipped };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} found */
function fromVitest(found) {
  // A file that could not be loaded has no test to fail.
  const broken = found.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return {
    passed: found.numPassedTests,
    failed: found.numFailedTests + broken,
    skipped: found.numPendingTests + found.numTodoTests,
  };
}

/**
 * A reporter for @web/test-runner that writes the counts down.
 *
 * @param {string} name
 * @param {number} skippedEngines
 * @returns {import('@web/test-runner').Reporter}
 */
export function countingReporter(name, skippedEngines) {
  return {
    onTestRunFinished({ sessions }) {
      const counts = { passed: 0, failed: 0, skipped: skippedEngines };
      for (const session of sessions) {
        const before = counts.failed;
        if (session.testResults) countSuite(session.testResults, counts);
        // A file that could not be loaded, or that threw outside a test.
        if (!session.passed && counts.failed === before) counts.failed++;
      }
      const file = countsFile(name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(counts));
    },
  };
}

/**
 * @param {import('@web/test-runner').TestSuiteResult} suite
 * @param {Counts} counts
 */
function countSuite(suite, counts) {
  for (const test of suite.tests) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++;
  for (const inner of suite.suites) countSuite(inner, counts);
}
