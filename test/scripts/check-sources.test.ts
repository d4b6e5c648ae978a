import { describe, expect, it } from 'vitest';
import { problemsOf, sameNames } from '../../scripts/check-sources.mjs';

describe('the rules about sources', () => {
  it.each([
    ['src/protocol/a.ts', "import { x } from '../server/b.ts';"],
    ['src/protocol/a.ts', "import 'node:fs';"],
    ['src/worker/client.ts', "import type { x } from '../element/b.ts';"],
    ['src/worker/client.ts', "export * from '../server/b.ts';"],
    ['src/element/element.ts', "const x = await import('../server/b.ts');"],
    ['src/element/element.ts', "import { x } from 'ws';"],
    ['src/server/index.ts', "import {\n  x,\n  y,\n} from '../dev-server/b.ts';"],
    ['src/server/stores/redis/b.ts', "import { x } from '../../../worker/b.ts';"],
    ['src/dev-server/commands/a.ts', "import { x } from '../console/main.ts';"],
    ['src/dev-server/console/main.ts', "import { x } from '../secret.ts';"],
  ])('refuse that %s says %s', (file, text) => {
    expect(problemsOf(file, `${text}\n`)).toHaveLength(1);
  });

  it.each([
    ['src/worker/tab/a.ts', "import { x } from '../../protocol/b.ts';\nimport * as comlink from 'comlink';"],
    [
      'src/element/element.ts',
      "import { html } from 'lit';\nimport { x } from 'lit/directives/x.js';\nimport { y } from '../worker/client.ts';",
    ],
    ['src/server/index.ts', "import { x } from 'node:fs';\nconst store = await import('./stores/open-store.ts');"],
    ['src/server/stores/rules.ts', "import { open } from 'lmdb';\nimport type { LogStore } from '../store.ts';"],
    ['src/dev-server/commands/a.ts', "import { x } from '../../server/index.ts';"],
  ])('let %s say %s', (file, text) => {
    expect(problemsOf(file, `${text}\n`)).toEqual([]);
  });

  it('want the ending of a file in its import', () => {
    expect(problemsOf('src/server/index.ts', "import { x } from './b.js';\n")).toEqual([expect.stringContaining('without the ending .ts')]);
  });

  it.each([
    ['src/server/store.ts', "import { Hub } from './live/hub.ts';"],
    ['src/server/live/hub.ts', "import { x } from '../ws/endpoint.ts';"],
    ['src/server/stores/rules.ts', "import { x } from './lmdb/block.ts';"],
    ['src/worker/session/lines/sparse-log.ts', "import { Session } from '../session.ts';"],
    ['src/element/viewport/layout/row-index.ts', "import { x } from '../viewport.ts';"],
  ])('refuse that the room of %s says %s', (file, text) => {
    expect(problemsOf(file, `${text}\n`)).toEqual([expect.stringContaining('is above')]);
  });

  it('want each file of a package with rooms in one of them', () => {
    expect(problemsOf('src/server/elsewhere/a.ts', '')).toEqual([expect.stringContaining('in no room')]);
  });

  it.each([
    ['src/server/live/a.ts', 'export class Hub {}\n', 1],
    ['src/server/live/hub.ts', 'export class Hub {}\n', 0],
    ['src/server/live/hub.ts', 'export class LiveHub<T> {}\n', 0],
    ['src/server/live/ub.ts', 'export class Hub {}\n', 1],
    ['src/server/live/errors.ts', 'export class GoneError extends Error {}\n', 0],
    ['src/server/live/two.ts', 'export class A {}\nexport class B {}\n', 0],
  ])('want %s named after its one class: %s', (file, text, problems) => {
    expect(problemsOf(file, text)).toHaveLength(problems);
  });

  it('refuse two exported types of one name, and let a type and a function share theirs', () => {
    const sources = new Map([
      ['src/a.ts', 'export type Range = 1;\nexport function count() {}\n'],
      ['src/b.ts', 'export interface Range {}\nexport function count() {}\n'],
      ['src/c.ts', 'interface Range {}\n'],
    ]);
    expect(sameNames(sources)).toEqual([expect.stringContaining('Range')]);
  });

  it.each(['// oxlint-disable-next-line no-var', '/* eslint-disable */', '// @ts-ignore', '// @ts-expect-error'])('refuse %s', (text) => {
    expect(problemsOf('test/a.ts', `${text}\n`)).toHaveLength(1);
  });
});
