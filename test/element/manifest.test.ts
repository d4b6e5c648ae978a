import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyze, generate } from '../../scripts/manifest.mjs';
import { ROOT } from '../../scripts/processes.mjs';
import { LogStreamElement } from '../../src/element/element.ts';
import * as events from '../../src/element/events.ts';
import { STRINGS } from '../../src/element/strings.ts';
import { KEY_TABLE, KeyReader } from '../../src/element/tools/keyboard/key-reader.ts';
import type { KeyInput } from '../../src/element/util/keys.ts';
import type { LogState } from '../../src/worker/api.ts';
import { TOOL_STRINGS } from '../support/english.ts';

type Element = Awaited<ReturnType<typeof analyze>>['modules'][number]['declarations'][number];

const names = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name).sort();

describe('the manifest of the element', () => {
  let element: Element;
  let source: string;

  beforeAll(async () => {
    element = (await analyze()).modules[0]!.declarations[0]!;
    const folder = join(ROOT, 'src/element');
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
    source = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
  });

  /** What the first group of a pattern matches in the sources, each once. */
  const found = (pattern: RegExp): string[] =>
    [...new Set([...source.matchAll(pattern)].flatMap(([, ...groups]) => groups.filter(Boolean)))].sort();

  it('is what the files made from it say', async () => {
    const generated = await generate();
    expect(generated.size).toBeGreaterThan(10);
    for (const [file, text] of generated)
      expect(text === (await readFile(join(ROOT, file), 'utf8')), `${file} is out of date: run \`npm run manifest\`.`).toBe(true);
  });

  it('has every attribute, with its property', () => {
    expect(names(element.attributes)).toEqual([...LogStreamElement.observedAttributes].sort());
    for (const { name, fieldName, description } of element.attributes) {
      expect(element.members, name).toContainEqual(expect.objectContaining({ name: fieldName, attribute: name }));
      expect(description, name).not.toBe('');
    }
  });

  it('has every event that is dispatched', () => {
    const classes: Record<string, unknown> = { ...events };
    const dispatched = found(/\bnew (LogStream\w+Event)\(/gu).map((name) => (classes[name] as { eventName: string }).eventName);
    expect(names(element.events)).toEqual(dispatched.sort());
    expect(element.events.filter(({ cancelable }) => cancelable).map(({ name }) => name)).toEqual(['log-stream-refresh']);
  });

  it('has every slot', () => {
    expect(names(element.slots)).toEqual(found(/<slot name="([^"]+)"/gu));
  });

  it('has every part', () => {
    const parts = found(/\bpart="([^"]+)"|'part', (?:[\w.]+ \? )?'([^']+)'(?: : '([^']+)')?/gu);
    expect(names(element.cssParts)).toEqual([...new Set(parts.flatMap((value) => value.split(' ')))].sort());
  });

  it('has every custom property', () => {
    const used = found(/var\(--ls-([\w-]+)/gu).filter((name) => !name.startsWith('ansi-'));
    const colors = Array.from({ length: 16 }, (_, index) => `ansi-${index}`);
    expect(names(element.cssProperties)).toEqual([...used, ...colors].map((name) => `--ls-${name}`).sort());
  });

  it('has every custom state', () => {
    // A complete log is labelled with its outcome, so `STRINGS.state` has no label for it.
    const states = [...Object.keys(STRINGS.state), 'ended' satisfies LogState];
    expect(names(element.cssStates)).toEqual([...states, ...found(/states\?\.add\('([^']+)'\)/gu)].sort());
  });

  describe('documents keys', () => {
    /** What to type for a key as it is documented: `Ctrl+A`, `g g`. */
    function inputsOf(keys: string): KeyInput[] {
      return keys.split(' ').map((part) => {
        const [key = '', ...modifiers] = part.split('+').reverse();
        const has = (modifier: string): boolean => modifiers.includes(modifier);
        return {
          key: key === 'Space' ? ' ' : key,
          shiftKey: has('Shift'),
          ctrlKey: has('Ctrl'),
          metaKey: has('Cmd'),
          altKey: false,
          timeStamp: 0,
        };
      });
    }
    const commandOf = (keys: string): string | undefined => {
      const reader = new KeyReader();
      return inputsOf(keys)
        .map((input) => reader.read(input, true))
        .at(-1);
    };

    it('that do what they say', () => {
      for (const { command, keys } of element.keyboard) for (const key of keys) expect([key, commandOf(key)]).toEqual([key, command]);
    });

    it('as the dialog with all keys does', () => {
      const plain = (text: string): string => text.replaceAll('`', '');
      expect(TOOL_STRINGS.keys).toEqual(
        Object.fromEntries(element.keyboard.map(({ command, description }) => [command, plain(description)])),
      );
      const sorted = (keys: readonly string[] = []): string[] => [...keys].sort();
      for (const { command, keys } of element.keyboard) {
        const shown = [...KEY_TABLE].find(([name]) => name === command)?.[1];
        expect([command, sorted(shown)]).toEqual([command, sorted(keys)]);
      }
    });

    it('all of them', () => {
      const documented = new Set(element.keyboard.flatMap(({ keys }) => keys));
      const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index));
      const named = ['Arrow', 'Page'].flatMap((kind) => ['Up', 'Down', 'Left', 'Right'].map((way) => `${kind}${way}`));
      const others = [
        'Space',
        'Shift+Space',
        'Home',
        'End',
        'Enter',
        'Escape',
        'Tab',
        'Backspace',
        'Delete',
        'Insert',
        'Ctrl+A',
        'Cmd+A',
        'Ctrl+F',
        'Cmd+F',
        'g g',
      ];
      const working = [...printable.filter((key) => key !== '+'), ...named, ...others].filter((key) => commandOf(key) !== undefined);
      expect(working.filter((key) => !documented.has(key))).toEqual([]);
      expect([...documented].filter((key) => !working.includes(key))).toEqual([]);
    });
  });
});
