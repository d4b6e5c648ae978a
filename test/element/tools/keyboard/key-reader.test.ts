import { describe, expect, it } from 'vitest';
import { KeyReader } from '../../../../src/element/tools/keyboard/key-reader.ts';
import type { KeyInput } from '../../../../src/element/util/keys.ts';

const key = (name: string, change: Partial<KeyInput> = {}): KeyInput => ({
  key: name,
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  timeStamp: 0,
  ...change,
});
const read = (input: KeyInput, letters = true): string | undefined => new KeyReader().read(input, letters);

describe('keys in the log', () => {
  it.each([
    ['ArrowUp', 'line-up'],
    ['k', 'line-up'],
    ['ArrowDown', 'line-down'],
    ['j', 'line-down'],
    ['PageUp', 'page-up'],
    ['PageDown', 'page-down'],
    [' ', 'page-down'],
    ['Home', 'start'],
    ['End', 'end'],
    ['G', 'end'],
    ['ArrowLeft', 'left'],
    ['ArrowRight', 'right'],
    ['f', 'follow'],
    ['t', 'time'],
    ['r', 'raw'],
    ['w', 'wrap'],
    ['c', 'copy'],
    ['y', 'copy-link'],
    ['Enter', 'enter'],
    ['Escape', 'escape'],
  ])('%j does %s', (name, command) => {
    expect(read(key(name, { shiftKey: name === 'G' }))).toBe(command);
  });

  it('with a modifier are left to the browser', () => {
    for (const modifier of ['ctrlKey', 'altKey', 'metaKey'] as const) expect(read(key('c', { [modifier]: true }))).toBeUndefined();
    expect(read(key('ArrowDown', { shiftKey: true }))).toBeUndefined();
    expect(read(key(' ', { shiftKey: true }))).toBe('page-up');
  });

  it('can be turned off if they are single letters', () => {
    expect(read(key('f'), false)).toBeUndefined();
    expect(read(key('G', { shiftKey: true }), false)).toBeUndefined();
    expect(read(key('End'), false)).toBe('end');
  });

  it('g g jumps to the start, if quick and uninterrupted', () => {
    const keys = new KeyReader();
    expect(keys.read(key('g', { timeStamp: 0 }), true)).toBeUndefined();
    expect(keys.read(key('g', { timeStamp: 300 }), true)).toBe('start');
    expect(keys.read(key('g', { timeStamp: 400 }), true)).toBeUndefined();
    expect(keys.read(key('g', { timeStamp: 3_000 }), true)).toBeUndefined();
    expect(keys.read(key('j', { timeStamp: 3_100 }), true)).toBe('line-down');
    expect(keys.read(key('g', { timeStamp: 3_200 }), true)).toBeUndefined();
  });
});
