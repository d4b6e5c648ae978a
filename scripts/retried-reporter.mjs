/** @typedef {import('vitest/node').TestCase} TestCase */

/** A reporter for vitest that names the tests which held only when they were tried again. */
export default class RetriedReporter {
  /** @param {TestCase} test */
  onTestCaseResult(test) {
    const retries = test.diagnostic()?.retryCount ?? 0;
    if (retries > 0) console.log(`TRIED AGAIN: ${test.module.relativeModuleId} > ${test.fullName}`);
  }
}
