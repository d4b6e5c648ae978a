// A process of `npm run test:soak`: receives orders and answers each with its outcome.
import { runnerImport } from 'vite';

/** @type {{ module: typeof import('./models.ts') }} */
const { module } = await runnerImport(new URL('./models.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });

process.on('message', (/** @type {import('./models.ts').Order} */ order) => {
  module.soak(order).then(
    (outcome) => process.send?.(outcome),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.('ready');
