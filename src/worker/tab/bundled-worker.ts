// What the entries of the package for bundlers load first: they share all other files with the browser build, which starts its worker itself.
import { startBundled } from './start-worker.assets.ts';
import { startScanWorker, startWorker } from './start-worker.ts';

startBundled({ startWorker, startScanWorker });
