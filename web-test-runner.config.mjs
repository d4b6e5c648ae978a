// Tests of the element and the worker in real browsers: ENGINES=chromium,firefox,webkit npx wtr
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';
import { CHROMIUM_FLAGS, findProgram } from './scripts/browsers.mjs';
import { resultsReporter } from './scripts/results.mjs';
import { logServerPlugin } from './scripts/log-server-plugin.mjs';
import { otherEngines } from './scripts/requirements.mjs';
import { webkitLauncher } from './scripts/webkit-launcher.mjs';

/** @type {Record<string, () => import('@web/test-runner').BrowserLauncher | undefined>} */
const ENGINES = {
  chromium() {
    const executablePath = findProgram('chromium');
    return executablePath === undefined
      ? undefined
      : chromeLauncher({
          // With scrollbars that take room, as on most desktops; those of WebKitGTK take none.
          launchOptions: { executablePath, args: CHROMIUM_FLAGS, ignoreDefaultArgs: ['--hide-scrollbars'] },
          // Files run side by side. In one context they would share a SharedWorker, and each other's counts.
          createPage: async ({ browser }) => (await browser.createBrowserContext()).newPage(),
        });
  },
  firefox() {
    const executablePath = findProgram('firefox');
    return executablePath === undefined
      ? undefined
      : chromeLauncher({
          // The launcher is typed for the full package; the core is the same without the download.
          puppeteer: /** @type {any} */ (puppeteer),
          launchOptions: { browser: 'firefox', executablePath },
          // A second page would take the focus, and with it the frames, away from the first.
          concurrency: 1,
        });
  },
  webkit: () => (otherEngines().present.includes('webkit') ? webkitLauncher() : undefined),
};

const wanted = (process.env['ENGINES'] ?? 'chromium').split(',').map((name) => name.trim());
const browsers = wanted.map((name) => {
  const engine = ENGINES[name];
  if (!engine) throw new Error(`ENGINES names ${name}; there are ${Object.keys(ENGINES).join(', ')}.`);
  const launcher = engine();
  if (!launcher) console.log(`SKIPPED: the browser tests in ${name}, which is not installed.`);
  return launcher;
});
const present = browsers.filter((launcher) => launcher !== undefined);
if (present.length === 0)
  throw new Error(`None of ${wanted.join(', ')} is installed: run \`npm test\`, which installs Chromium or says how to.`);

export default /** @type {import('@web/test-runner').TestRunnerConfig} */ ({
  files: 'test/**/browser/**/*.test.ts',
  hostname: '127.0.0.1',
  nodeResolve: true,
  concurrency: 2,
  // Tests mostly wait for frames, so that three browsers take little longer than the slowest of them.
  concurrentBrowsers: present.length,
  browsers: present,
  plugins: [esbuildPlugin({ ts: true, target: 'es2022' }), logServerPlugin()],
  testFramework: { config: { timeout: 30_000 } },
  // A file has many tests, and three browsers share the processor.
  testsFinishTimeout: 300_000,
  reporters: [defaultReporter(), resultsReporter('browser', browsers.length - present.length)],
});
