import { describe, expect, it } from 'vitest';
import { foreignWorkerAdvice, isForeign, missingWorkerAdvice } from '../../../src/worker/diagnosis/worker-advice.ts';

const PAGE = 'https://app.test';
const URL_HERE = `${PAGE}/assets/worker.js`;

describe('a worker of another origin', () => {
  it('is told from one of the page, and from one of a page without an origin', () => {
    expect(isForeign('https://cdn.test/worker.js', PAGE)).toBe(true);
    expect(isForeign('https://app.test:8443/worker.js', PAGE)).toBe(true);
    expect(isForeign(URL_HERE, PAGE)).toBe(false);
    expect(isForeign(URL_HERE, 'null')).toBe(false);
    expect(isForeign('/_next/static/media/worker.js', PAGE)).toBe(false);
  });

  it('is to be copied to the page', () => {
    expect(foreignWorkerAdvice('https://cdn.test/worker.js', PAGE)).toMatch(
      /^The worker https:\/\/cdn\.test\/worker\.js .*Copy node_modules\/log-stream\/dist\/worker\.js to https:\/\/app\.test .*worker-url/u,
    );
  });
});

describe('a worker that did not start', () => {
  it.each([
    [404, 'text/plain', 'HTTP 404'],
    [403, '', 'HTTP 403'],
    [200, 'text/html', 'it answers with text/html'],
    [200, '', 'it answers with something else'],
  ])('is missing where the answer is %i %s, and the file to copy is named', (status, type, what) => {
    expect(missingWorkerAdvice(URL_HERE, { status, type })).toBe(
      `There is no worker at ${URL_HERE} (${what}), so each tab has a WebSocket of its own. ` +
        'Copy node_modules/log-stream/dist/worker.js there, or set worker-url to the address it has.',
    );
  });

  it.each([
    [200, 'text/javascript'],
    [200, 'application/javascript'],
    [200, 'application/x-javascript'],
    [500, 'text/html'],
    [503, ''],
    [408, 'text/html'],
    [429, 'text/plain'],
  ])('may be there where the answer is %i %s: nothing is said', (status, type) => {
    expect(missingWorkerAdvice(URL_HERE, { status, type })).toBeUndefined();
  });

  it('is excluded from the dependencies that the dev server of Vite bundles', () => {
    const url = `${PAGE}/node_modules/.vite/deps/worker.js?v=1`;
    expect(missingWorkerAdvice(url, { status: 404, type: '' })).toContain("optimizeDeps: { exclude: ['log-stream'] }");
  });
});
