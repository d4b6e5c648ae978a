import { CHROMIUM_FLAGS, findProgram } from '../../scripts/browsers.mjs';

export { CHROMIUM_FLAGS };

/**
 * The Chromium that the tests drive.
 *
 * @throws {Error} When there is none; `npm test` installs it or says how to.
 */
export function chromiumPath(): string {
  const path = findProgram('chromium');
  if (path === undefined) throw new Error('No Chromium found: run `npm test`, which installs it or says how to, or set CHROME_PATH.');
  return path;
}
