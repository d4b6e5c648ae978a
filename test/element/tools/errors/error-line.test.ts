import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeError } from '../../../../src/element/tools/errors/error-line.ts';

describe('a line that looks like an error', () => {
  it.each([
    'error: cannot find module',
    'Error: expected 3, got 4',
    '    TypeError: x is not a function',
    'src/a.ts(3,48): error TS2307: Cannot find module',
    'main.c:3:5: error: expected ; before }',
    'main.c:3:5: fatal error: stdio.h: No such file or directory',
    'error[E0308]: mismatched types',
    'fatal: not a git repository',
    'npm ERR! code ELIFECYCLE',
    'npm error code E404',
    'Traceback (most recent call last):',
    'ValueError: invalid literal for int()',
    'java.lang.NullPointerException: null',
    'Exception in thread "main" java.lang.IllegalStateException: no',
    "thread 'main' panicked at src/main.rs:2:5:",
    'panic: runtime error: index out of range',
    '2026-01-02T03:04:05Z ERROR connection refused',
    '[ERROR] Failed to execute goal',
    '2026-01-02 03:04:05,678 CRITICAL out of disk',
    'level=error msg="no route"',
    '{"time":1,"level":"fatal","msg":"boom"}',
    '::error file=app.js,line=1::Missing semicolon',
    '##[error]Process completed with exit code 1.',
    'FAILED tests/test_a.py::test_b - assert 1 == 2',
    '--- FAIL: TestSum (0.00s)',
    '  ✖ adds numbers (3ms)',
    'not ok 4 - reads a file',
    '#12 ERROR: process "/bin/sh -c make" did not complete',
    'make: *** [Makefile:2: all] Error 1',
    'Segmentation fault (core dumped)',
  ])('%s', (text) => {
    expect(looksLikeError(text)).toBe(true);
  });

  it.each([
    'all good',
    '0 errors, 3 warnings',
    'Found 0 errors. Watching for file changes.',
    'no errors found',
    'Tests: 0 failed, 12 passed',
    'errors: 0',
    'compiling src/errors.ts',
    'import { Error } from "./error.ts"',
    'npm install error-handler',
    'running the error test',
    'WARN deprecated',
    'PASS test/error.test.ts',
    'ok 4 - fails well',
    'Terrors: many',
    '',
  ])('is not: %s', (text) => {
    expect(looksLikeError(text)).toBe(false);
  });

  it('is found in linear time in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('error', ' ', ':', '[', '0 ', 'x', '.', "thread '"), maxLength: 100_000 }), (text) => {
        expect(typeof looksLikeError(text)).toBe('boolean');
      }),
      { numRuns: 50 },
    );
  });
});
