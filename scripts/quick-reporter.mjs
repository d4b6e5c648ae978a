// For `npm run check`: stops the tests when their time is up, and names the files that were not run.
import { relative } from 'node:path';
import { ROOT } from './processes.mjs';
import { yellow } from './terminal.mjs';

/** Longest time for the tests, ms: types, lint and format included, the check stays below a minute. */
const LONGEST = 35_000;

/** @import { Reporter, SerializedError, TestModule, TestSpecification, Vitest } from 'vitest/node' */

/** @implements {Reporter} */
export default class QuickReporter {
  /** @type {Vitest | undefined} */
  #vitest;
  /** @type {Set<string>} */
  #left = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #isLate = false;

  /** @param {Vitest} vitest */
  onInit(vitest) {
    this.#vitest = vitest;
  }

  /** @param {readonly TestSpecification[]} files */
  onTestRunStart(files) {
    this.#left = new Set(files.map(({ moduleId }) => moduleId));
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      void this.#vitest?.cancelCurrentRun('test-failure');
    }, LONGEST);
  }

  /** @param {TestModule} file */
  onTestModuleEnd(file) {
    const isCut = [...file.children.allTests()].some((test) => this.#isLate && test.result().state === 'skipped');
    if (file.state() !== 'skipped' && !isCut) this.#left.delete(file.moduleId);
  }

  /**
   * @param {readonly TestModule[]} files
   * @param {readonly SerializedError[]} errors
   */
  onTestRunEnd(files, errors) {
    clearTimeout(this.#timer);
    if (!this.#isLate) return;
    const left = [...this.#left].map((file) => relative(ROOT, file)).sort();
    if (left.length > 0) console.log(yellow(`NOT RUN, the time was up: ${left.join(' ')}`));
    // Vitest takes a run that was stopped for one that failed.
    const hasFailed = errors.length > 0 || files.some((file) => file.state() === 'failed');
    process.once('exit', () => (process.exitCode = hasFailed ? 1 : 0));
  }
}
