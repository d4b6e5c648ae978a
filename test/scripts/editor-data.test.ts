import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { analyze } from '../../scripts/manifest.mjs';
import { ROOT } from '../../scripts/processes.mjs';

type Named = { readonly name: string };
type Element = Awaited<ReturnType<typeof analyze>>['modules'][number]['declarations'][number];

const names = (items: readonly Named[]): string[] => items.map(({ name }) => name);

async function read<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(join(ROOT, file), 'utf8')) as T;
}

describe('what editors are told', () => {
  let element: Element;

  beforeAll(async () => {
    element = (await analyze()).modules[0]!.declarations[0]!;
  });

  it('is every attribute with its values, for VS Code', async () => {
    const { tags } = await read<{
      readonly tags: readonly (Named & {
        readonly description: { readonly value: string };
        readonly attributes: readonly (Named & { readonly values?: readonly Named[]; readonly valueSet?: string })[];
      })[];
    }>('editors/vscode.html-data.json');
    const [tag] = tags;
    expect(tag?.name).toBe('log-stream');
    expect(names(tag?.attributes ?? [])).toEqual(names(element.attributes));
    expect(tag?.attributes.find(({ name }) => name === 'follow')?.values).toEqual([{ name: 'auto' }, { name: 'on' }, { name: 'off' }]);
    // `v` is VS Code's name for an attribute without a value.
    expect(tag?.attributes.find(({ name }) => name === 'permalink')?.valueSet).toBe('v');
    for (const { name } of [...element.events, ...element.slots, ...element.cssParts])
      expect(tag?.description.value).toContain(`\`${name}\``);
  });

  it('is every custom property, part and state, for VS Code', async () => {
    const data = await read<Readonly<Record<string, readonly Named[]>>>('editors/vscode.css-data.json');
    expect(names(data['properties'] ?? [])).toEqual(names(element.cssProperties));
    expect(names(data['pseudoElements'] ?? [])).toEqual(names(element.cssParts).map((name) => `::part(${name})`));
    expect(names(data['pseudoClasses'] ?? [])).toEqual(names(element.cssStates).map((name) => `:state(${name})`));
  });

  it('is all of it, for JetBrains, which finds the file through package.json', async () => {
    const data = await read<{
      readonly version: string;
      readonly contributions: {
        readonly html: {
          readonly elements: readonly (Named & {
            readonly attributes: readonly Named[];
            readonly slots: readonly Named[];
            readonly js: { readonly properties: readonly Named[]; readonly events: readonly (Named & { readonly type: string })[] };
            readonly css: { readonly properties: readonly Named[]; readonly parts: readonly Named[] };
          })[];
        };
      };
    }>(packageJson['web-types']);
    expect(data.version).toBe(packageJson.version);
    const [found] = data.contributions.html.elements;
    expect(names(found?.attributes ?? [])).toEqual(names(element.attributes));
    expect(names(found?.slots ?? [])).toEqual(names(element.slots));
    expect(found?.js.events.map(({ name, type }) => [name, type])).toEqual(element.events.map(({ name, type }) => [name, type?.text]));
    expect(names(found?.js.properties ?? [])).toEqual(expect.arrayContaining(['topic', 'workerUrl', 'state', 'exitCode', 'strings']));
    expect(names(found?.css.properties ?? [])).toEqual(names(element.cssProperties));
    expect(names(found?.css.parts ?? [])).toEqual(names(element.cssParts));
  });
});
