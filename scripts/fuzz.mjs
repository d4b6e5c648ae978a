// `npm run test:fuzz -- --cases 1000000`: feeds a server with bad frames, requests, topics and bytes; nothing may come of it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './processes.mjs';

// So that what piled up can be told from what was not collected yet.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc');

/** @type {{ module: { main(args: readonly string[]): Promise<number> } }} */
const { module } = await runnerImport(join(ROOT, 'test/fuzz/main.ts'), { configFile: false, logLevel: 'error' });
process.exitCode = await module.main(process.argv.slice(2));
