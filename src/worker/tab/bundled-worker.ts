// What the entries of the package for bundlers load first: they share all other files with the browser build.
import { moveWorker } from './worker-url.assets.ts';
import { workerUrl } from './worker-url.ts';

moveWorker(workerUrl);
