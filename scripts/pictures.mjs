// `npm run pictures`: takes the pictures of docs/dashboards.md in the pages that the suite of consumers opens, after a build.
// Look at them before you commit them.
import { run } from './processes.mjs';

const files = ['dashboards', 'node-red', 'next-proxy'].map((name) => `test/consumers/${name}.test.ts`);
process.exitCode = await run('vitest', ['run', '--project=consumers', ...files], { env: { PICTURES: 'update' } });
