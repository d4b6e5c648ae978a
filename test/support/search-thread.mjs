// What a thread that searches runs in tests: the source itself, which older versions of Node cannot load alone.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
await import('../../src/server/search/search-thread.ts');
