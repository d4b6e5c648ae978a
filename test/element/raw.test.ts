import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/worker/api.ts';
import { COPY_LINES, historyUrl, textOf } from '../../src/element/tools/raw.ts';

const log = {
  asked: [] as [number, number][],
  async range(from: number, to: number): Promise<LogLine[]> {
    this.asked.push([from, to]);
    return Array.from({ length: Math.min(to, 2_500) - from + 1 }, (_, at) => ({
      offset: from + at,
      time: 0,
      text: `\x1b[32m${from + at}\x1b[0m`,
      stderr: false,
      carry: '',
      continues: from + at === 2,
    }));
  },
};

describe('copying lines', () => {
  it('gives their text without sequences, and joins what one line was', async () => {
    expect(await textOf(log, { from: 1, to: 4 })).toEqual({ text: '1\n23\n4', lines: 4 });
  });

  it('asks for a page at a time', async () => {
    log.asked = [];
    expect((await textOf(log, { from: 1, to: 2_500 })).lines).toBe(2_500);
    expect(log.asked).toEqual([
      [1, 1_000],
      [1_001, 2_000],
      [2_001, 2_500],
    ]);
  });

  it('refuses more than fits into a clipboard, and says what to do', async () => {
    await expect(textOf(log, { from: 1, to: COPY_LINES + 1 })).rejects.toThrow(/download/u);
  });
});

describe('the address of the raw log', () => {
  it('keeps the segments of a channel apart', () => {
    expect(historyUrl('/log-stream/', 'a/b:1@x')).toBe('/log-stream/topics/a/b%3A1%40x');
    expect(historyUrl('https://logs.example/base', 'run')).toBe('https://logs.example/base/topics/run');
  });
});
