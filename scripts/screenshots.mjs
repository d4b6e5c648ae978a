// `npm run screenshots`: compares what the element looks like in every state with the sheets in test/states/sheets.
// `--update` writes the sheets; look at what changed before you commit it.
import { run } from './processes.mjs';

const isUpdate = process.argv.includes('--update');
process.exitCode = await run('vitest', ['run', '--project=states', 'test/states/screenshots.test.ts'], {
  env: { SCREENSHOTS: isUpdate ? 'update' : 'compare' },
});
