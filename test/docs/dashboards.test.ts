// docs/dashboards.md: what it says of the examples is in them, and its pictures are small.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { codeBlocks } from '../pages/markdown.ts';

const ROOT = packageRoot();
const DOCUMENT = 'docs/dashboards.md';
const pictures = readdirSync(join(ROOT, 'docs/dashboards'));

describe(DOCUMENT, () => {
  it.each(codeBlocks(DOCUMENT).filter(({ file }) => file !== undefined))('quotes $file as it is, below $heading', ({ file, code }) => {
    const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());
    const source = lines(readFileSync(join(ROOT, file!), 'utf8'));
    expect(source.join('\n')).toContain(lines(code).join('\n').trim());
  });

  it('quotes the page of the servers as each of them has it', () => {
    const pages = codeBlocks(DOCUMENT).filter(({ file }) => file === undefined);
    expect(pages.length).toBe(1);
    const page = pages[0]!.code;
    for (const name of ['express', 'fastify', 'hono'])
      expect(readFileSync(join(ROOT, `examples/dashboards/${name}.js`), 'utf8')).toContain(page);
  });

  it('shows every picture there is, in 60 kB at most', () => {
    const shown = [...readFileSync(join(ROOT, DOCUMENT), 'utf8').matchAll(/!\[[^\]]+\]\(([^)]+)\)/gu)].map(([, path = '']) => path);
    expect(shown.filter((path) => !existsSync(join(ROOT, 'docs', path)))).toEqual([]);
    expect(shown.sort()).toEqual(pictures.map((name) => `dashboards/${name}`).sort());
    expect(pictures.filter((name) => statSync(join(ROOT, 'docs/dashboards', name)).size > 60_000)).toEqual([]);
  });
});
