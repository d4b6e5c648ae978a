import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { SerializedAXNode } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StatesBrowser, type Theme } from './sheets.ts';

/** What assistive technology is told of every state: no rule of axe is broken, and Chromium's tree says what there is. */

let states: StatesBrowser;
beforeAll(async () => {
  states = await StatesBrowser.launch();
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await states.page.evaluate(axe);
}, 240_000);
afterAll(() => states?.close());

/** The rules of axe that are broken in what is shown; each problem begins with the state. */
async function violations(theme: Theme): Promise<string[]> {
  return states.page.evaluate(async (isForced) => {
    window.states.resume();
    const { axe } = window as unknown as { axe: { run(context: Element, options: object): Promise<AxeResults> } };
    // Axe does not know the colours that the system puts in place of the element's. The page has no landmarks but equal logs.
    const off = ['region', 'landmark-one-main', 'landmark-unique', ...(isForced ? ['color-contrast'] : [])];
    const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
    const { violations: found } = await axe.run(document.body, { rules, resultTypes: ['violations'], elementRef: true });
    const stateOf = (element: Element | undefined): string => {
      const root = element?.getRootNode();
      const host = root instanceof ShadowRoot ? root.host : element;
      return host?.closest('section')?.id ?? 'the page';
    };
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${stateOf(node.element)}: ${id}: ${node.html.slice(0, 120)} ${node.failureSummary}`),
    );
  }, theme === 'forced');
}

describe.each([
  [1_280, 'light'],
  [1_280, 'dark'],
  [640, 'forced'],
  [320, 'light'],
] as const)('at %i px, %s', (width, theme) => {
  it('axe finds nothing in any state', { timeout: 180_000 }, async () => {
    const all = await states.showAll({ width, theme });
    const problems = await violations(theme);
    for (const state of all.filter(({ alone }) => alone)) {
      await states.alone(state, async () => {
        problems.push(...(await violations(theme)));
      });
    }
    expect(problems).toEqual([]);
  });
});

/** A node of the accessibility tree in a line: role, name, and what it says of itself. */
function lineOf({ role, name = '', level, expanded, pressed, description, value }: SerializedAXNode): string {
  const facts = { level: role === 'listitem' ? level : undefined, expanded, pressed, value, description };
  const said = Object.entries(facts).flatMap(([fact, of]) => (of === undefined ? [] : [`${fact}=${String(of)}`]));
  return [`${role} "${name}"`, ...said].join(' ');
}

/** Roles that only group others, or repeat their text. */
const SILENT = new Set(['none', 'generic', 'InlineTextBox']);

/** The lines of a tree, indented by what holds them. */
function linesOf(node: SerializedAXNode, depth = 0): string[] {
  const isSilent = SILENT.has(node.role);
  const inside = (node.children ?? []).flatMap((child) => linesOf(child, isSilent ? depth : depth + 1));
  return isSilent ? inside : [`${'  '.repeat(depth)}${lineOf(node)}`, ...inside];
}

/** The tree of a part of a state, which is shown by itself: the browser tells of the whole page at once. */
async function tree(name: string, selector: string): Promise<string[]> {
  let lines: string[] = [];
  await states.alone({ name, coarse: false }, async () => {
    const host = await states.page.evaluateHandle(
      (inner) => document.querySelector('log-stream')!.shadowRoot!.querySelector(inner)!,
      selector,
    );
    const root = await states.page.accessibility.snapshot({ root: host, interestingOnly: false });
    lines = linesOf(root!);
  });
  return lines;
}

describe('the accessibility tree', () => {
  beforeAll(async () => {
    await states.showAll({ width: 1_280, theme: 'light' });
  }, 120_000);

  it('has a list of lines in a log; errors and warnings begin with a word', async () => {
    const lines = await tree('levels', '.viewport');
    expect(lines.slice(0, 5)).toEqual([
      'log "Log lines" description=Live',
      '  list ""',
      '    listitem "" level=1',
      '      StaticText "plain"',
      '    listitem "" level=1',
    ]);
    const texts = lines.flatMap((line) => /StaticText "(.*)"$/u.exec(line)?.slice(1) ?? []);
    expect(texts).toEqual([
      'plain',
      'TRACE: where it is',
      'DEBUG: what it has',
      'INFO: what it does',
      'Warning, ',
      'WARN: what it did not like',
      '    because of this',
      'Error, ',
      'ERROR: what it could not do',
      '    at f (a.js:1:2)',
      'Error, ',
      'FATAL: why it stopped',
      'after',
    ]);
  });

  it('has a button for what is folded, named by that', async () => {
    const folded = await tree('stack trace folded', '.viewport');
    expect(folded.filter((line) => line.includes('button'))).toEqual(['      button "Show: +11 stack frames" expanded=false']);
    const open = await tree('stack trace open', '.viewport');
    expect(open.filter((line) => line.includes('button'))).toEqual(['      button "Hide: 11 stack frames" expanded=true']);
    const updates = await tree('redrawn lines folded', '.viewport');
    expect(updates.filter((line) => line.includes('button'))).toEqual(['      button "Show: 19 updates hidden" expanded=false']);
  });

  it('has a button for each group, which says how many errors are inside, and levels for what is in it', async () => {
    const lines = await tree('groups nested', '.viewport');
    expect(lines.filter((line) => !line.includes('StaticText'))).toEqual([
      'log "Log lines" description=Live',
      '  list ""',
      '    listitem "" level=1',
      '      button "Outer, 1 error, 8.2s" expanded=true',
      '    listitem "" level=2',
      '    listitem "" level=2',
      '      button "Inner, 1 error, 4.1s" expanded=true',
      '    listitem "" level=3',
      '    listitem "" level=3',
      '    listitem "" level=1',
    ]);
    const closed = await tree('groups closed', '.viewport');
    expect(closed.filter((line) => line.includes('button'))).toEqual([
      '      button "Run npm ci, 4 lines, 4.1s" expanded=false',
      '      button "Run npm test, 1 error, 18 lines, 23s" expanded=false',
      '      button "Upload artifacts, 3 lines, 2.7s" expanded=false',
    ]);
  });

  it('has a search with a field, its result, and named buttons', async () => {
    expect((await tree('find with hits', '[part="find"]')).filter((line) => !line.includes('StaticText'))).toEqual([
      'search "Find in this log"',
      '  textbox "Find" value=pay description=1 of 13 · all 26 lines',
      '  button "Match case" pressed=false description=Match case',
      '  button "Whole words" pressed=false description=Whole words',
      '  button "Regular expression" pressed=false description=Regular expression',
      '  button "Previous match (Shift+Enter)"',
      '  button "Next match (Enter)"',
      '  button "Only matches" pressed=false',
      '  button "Close (Escape)"',
    ]);
    const slow = await tree('find too slow', '[part="find"]');
    expect(slow[1]).toMatch(/description=Too slow: simplify the pattern$/u);
  });
});
