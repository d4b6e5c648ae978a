// `npm run test:chaos`: ten minutes in which everything goes wrong, and what must hold afterwards. Needs a build.
import { runnerImport } from 'vite';

/** @type {{ module: typeof import('./main.ts') }} */
const { module } = await runnerImport(new URL('./main.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
// Where it did not hold, faults may go on in pages that are no more.
process.exit(await module.main(process.argv.slice(2)));
