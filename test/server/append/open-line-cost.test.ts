import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../../src/protocol/limits.ts';
import { OpenLine } from '../../../src/server/append/unfinished-line/open-line.ts';
import { openWriter } from '../../../src/server/append/writer.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { lookedAt } from '../../support/text-meter.ts';
import { HookedStore } from '../http/hooked-store.ts';
import { contextOf } from './context.ts';

const ESC = '\u001b';
const CHUNK = 64 * 1_024;
const MIB = 1_024 * 1_024;

/** What lines without an end are made of. */
const KINDS: readonly (readonly [name: string, unit: string])[] = [
  ['letters', 'x'],
  ['coloured dots', `${ESC}[32m.${ESC}[0m`],
  ['wide characters', '漢字'],
  ['marks', 'e\u0301'],
  ['a progress display', '\rprogress 12 % of all there is'],
  ['a spinner', '|\b/\b-\b\\\b'],
  ['the rows of a download', `${ESC}[3A${ESC}[2Kone: 12 %\r${ESC}[B${ESC}[2Ktwo: 13 %\r${ESC}[2B`],
  ['a sequence without an end', `${ESC}[1;1;1;1;`],
  ['a string without an end', `${ESC}]8;;xxxxxxxxxxxxxxxx`],
  ['one long string', '1;'],
];

function chunksOf(unit: string, length: number): string[] {
  const chunk = unit.repeat(Math.ceil(CHUNK / unit.length));
  return Array.from({ length: Math.ceil(length / chunk.length) }, () => chunk);
}

describe('an unfinished line', () => {
  it.each(KINDS)('is looked at once, and showing it costs no more as it grows: %s', async (_name, unit) => {
    const line = new OpenLine();
    line.write(unit === '1;' ? `${ESC}]` : 'start ');
    let most = 0;
    const chunks = chunksOf(unit, 2 * MIB);
    const written = await lookedAt(() => {
      for (const chunk of chunks) line.write(chunk);
    });
    expect(written).toBeLessThan(12 * chunks.join('').length);
    for (const chunk of chunks.slice(0, 20)) {
      line.write(chunk);
      most = Math.max(most, await lookedAt(() => line.show('')));
    }
    expect(most).toBeLessThan(64 * LIMITS.partBytes);
  });

  it.each(KINDS)('costs no more as it grows while it is shown after every few characters: %s', async (_name, unit) => {
    const line = new OpenLine();
    if (unit === '1;') line.write(`${ESC}]`);
    const piece = unit.repeat(Math.ceil(100 / unit.length));
    const shown: number[] = [];
    for (let at = 0; at < 2_000; at += 1) {
      line.write(piece);
      if (at % 100 === 99) shown.push(await lookedAt(() => line.show('')));
      else line.show('');
    }
    expect(Math.max(...shown)).toBeLessThan(64 * LIMITS.partBytes);
    expect(line.replay().length).toBeLessThan(16 * LIMITS.partBytes);
  });

  it.each(KINDS)('costs nothing but its parts for each byte that arrives alone: %s', async (_name, unit) => {
    const line = new OpenLine();
    for (const chunk of chunksOf(unit, 4 * CHUNK)) line.write(chunk);
    const single = unit.repeat(Math.ceil(CHUNK / unit.length)).slice(0, CHUNK);
    const cost = await lookedAt(() => {
      for (const character of single) line.write(character);
    });
    expect(cost).toBeLessThan(24 * single.length);
  });
});

describe('a writer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  /** What a line of so many chunks costs for each of its characters. */
  async function costPerCharacter(chunk: string, count: number): Promise<number> {
    const store = new HookedStore(new MemoryStore());
    const publish = vi.spyOn(store, 'publishPart').mockImplementation(() => undefined);
    const writer = openWriter(contextOf(store), 'run:1');
    const bytes = Buffer.from(chunk);
    const cost = await lookedAt(async () => {
      for (let at = 0; at < count; at += 1) {
        await writer.write(bytes);
        vi.advanceTimersByTime(LIMITS.partInterval);
      }
      await writer.finish();
    });
    expect(publish).toHaveBeenCalled();
    return cost / (count * chunk.length);
  }

  // Looking at the whole line at every chunk would add half of the number of chunks: 12 and more.
  it.each([['letters', 'x', 320] as const, ...KINDS.slice(1).map(([name, unit]) => [name, unit, 32] as const)])(
    'does no more for each character of a line without an end as it grows: %s',
    async (_name, unit, count) => {
      const chunk = unit.repeat(Math.ceil(CHUNK / unit.length));
      const short = await costPerCharacter(chunk, 8);
      const long = await costPerCharacter(chunk, count);
      expect(Math.max(short, long)).toBeLessThan(44);
      expect(long - short).toBeLessThan(8);
    },
  );
});
