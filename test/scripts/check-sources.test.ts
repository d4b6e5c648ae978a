import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../scripts/check-sources.mjs';

describe('the rules about sources', () => {
  it.each([
    ['src/protocol/a.ts', "import { x } from '../server/b.ts';"],
    ['src/protocol/a.ts', "import 'node:fs';"],
    ['src/worker/a.ts', "import type { x } from '../element/b.ts';"],
    ['src/worker/a.ts', "export * from '../server/b.ts';"],
    ['src/element/a.ts', "const x = await import('../server/b.ts');"],
    ['src/element/a.ts', "import { x } from 'ws';"],
    ['src/server/a.ts', "import {\n  x,\n  y,\n} from '../dev-server/b.ts';"],
    ['src/server/stores/redis.ts', "import { x } from '../../worker/b.ts';"],
    ['src/dev-server/a.ts', "import { x } from './console/main.ts';"],
    ['src/dev-server/console/main.ts', "import { x } from '../secret.ts';"],
  ])('refuse that %s says %s', (file, text) => {
    expect(problemsOf(file, `${text}\n`)).toHaveLength(1);
  });

  it.each([
    ['src/worker/tab/a.ts', "import { x } from '../../protocol/b.ts';\nimport * as comlink from 'comlink';"],
    ['src/element/a.ts', "import { html } from 'lit';\nimport { x } from 'lit/directives/x.js';\nimport { y } from '../worker/client.ts';"],
    ['src/server/a.ts', "import { x } from 'node:fs';\nconst store = await import('./stores/lmdb.ts');"],
    ['src/server/stores/lmdb.ts', "import { open } from 'lmdb';\nimport type { LogStore } from '../store.ts';"],
    ['src/dev-server/a.ts', "import { x } from '../server/index.ts';"],
  ])('let %s say %s', (file, text) => {
    expect(problemsOf(file, `${text}\n`)).toEqual([]);
  });

  it('want the ending of a file in its import', () => {
    expect(problemsOf('src/server/a.ts', "import { x } from './b.js';\n")).toEqual([expect.stringContaining('without the ending .ts')]);
  });

  it('refuse a file of 401 lines and let one of 400 be', () => {
    expect(problemsOf('src/server/a.ts', '\n'.repeat(401))).toHaveLength(1);
    expect(problemsOf('src/server/a.ts', '\n'.repeat(400))).toEqual([]);
  });

  it.each(['// oxlint-disable-next-line no-var', '/* eslint-disable */', '// @ts-ignore', '// @ts-expect-error'])('refuse %s', (text) => {
    expect(problemsOf('test/a.ts', `${text}\n`)).toHaveLength(1);
  });
});
