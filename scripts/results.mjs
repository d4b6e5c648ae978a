// What came of the tests of a runner, read from what it wrote down.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './processes.mjs';

/**
 * @typedef {object} Results
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures What failed and why, one text each.
 */

/** The most of one failure that is told again at the end of a run; characters. */
const FAILURE_LENGTH = 2_000;

/** @param {string} name */
export const resultsFile = (name) => join(ROOT, '.cache/test', `${name}.json`);

/** @param {string} name An old result must not be taken for a new one. */
export function forgetResults(name) {
  rmSync(resultsFile(name), { force: true });
}

/**
 * @param {string} name
 * @returns {Results} Zeros when the runner wrote nothing, which the caller treats as a failure.
 */
export function readResults(name) {
  try {
    const found = JSON.parse(readFileSync(resultsFile(name), 'utf8'));
    return 'numTotalTests' in found ? fromVitest(found) : found;
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  }
}

/**
 * @typedef {object} VitestFile
 * @property {string} name
 * @property {string} status
 * @property {string} [message]
 * @property {{ status: string, fullName: string, failureMessages?: string[] | null }[]} assertionResults
 */

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: VitestFile[] }} found
 * @returns {Results}
 */
function fromVitest(found) {
  // A file that could not be loaded has no test to fail.
  const broken = found.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failures = broken.map((file) => failure(file.name, 'could not be loaded', file.message));
  for (const file of found.testResults)
    for (const test of file.assertionResults)
      if (test.status === 'failed') failures.push(failure(file.name, test.fullName, test.failureMessages?.join('\n')));
  return {
    passed: found.numPassedTests,
    failed: found.numFailedTests + broken.length,
    skipped: found.numPendingTests + found.numTodoTests,
    failures,
  };
}

/**
 * A reporter for @web/test-runner that writes the results down.
 *
 * @param {string} name
 * @param {number} skippedEngines
 * @returns {import('@web/test-runner').Reporter}
 */
export function resultsReporter(name, skippedEngines) {
  return {
    onTestRunFinished({ sessions }) {
      /** @type {Results} */
      const results = { passed: 0, failed: 0, skipped: skippedEngines, failures: [] };
      for (const session of sessions) {
        const before = results.failed;
        const where = `${session.testFile}, ${session.browser.name}`;
        if (session.testResults) addSuite(session.testResults, where, results);
        if (session.passed || results.failed > before) continue;
        // A file that could not be loaded, or that threw outside a test.
        results.failed++;
        results.failures.push(failure(where, 'outside its tests', session.errors.map(described).join('\n')));
      }
      const file = resultsFile(name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(results));
    },
  };
}

/**
 * @param {import('@web/test-runner').TestSuiteResult} suite
 * @param {string} where
 * @param {Results} results
 */
function addSuite(suite, where, results) {
  for (const test of suite.tests) {
    results[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++;
    if (!test.skipped && !test.passed) results.failures.push(failure(where, test.name, described(test.error)));
  }
  for (const inner of suite.suites) addSuite(inner, where, results);
}

/** @param {import('@web/test-runner').TestResultError} [error] Its stack begins with the message in Chromium alone. */
function described(error) {
  if (!error) return undefined;
  const { message, stack = '' } = error;
  return stack.includes(message) ? stack : `${message}\n${stack}`;
}

/** @param {string} where @param {string} test @param {string} [why] */
function failure(where, test, why = 'for no reason that was told') {
  const [file = '', ...engine] = where.split(', ');
  return [[relative(ROOT, file), ...engine].join(', '), test, why.trim()].join('\n').slice(0, FAILURE_LENGTH);
}
