import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { carryAfter } from '../../../src/protocol/sgr.ts';
import { isControl } from '../../../src/protocol/terminal/controls.ts';
import { chipName, chipPicture } from '../../../src/element/terminal/chips.ts';
import { parseLine } from '../../../src/element/terminal/parse.ts';
import { RedrawScanner, type Redraw } from '../../../src/element/terminal/redraw-scanner.ts';
import type { TextRun } from '../../../src/element/terminal/runs.ts';

const LOGS = new URL('../../fixtures/logs/', import.meta.url);
const names = readdirSync(LOGS)
  .filter((name) => name.endsWith('.log'))
  .map((name) => name.slice(0, -4));

const textOf = (runs: readonly TextRun[]): string =>
  runs
    .map(({ text, chip }) => (!chip ? text : isControl(text.charCodeAt(0)) ? chipPicture(text) : `<${chipName(text)}>`))
    .join('')
    .trimEnd();

/** The lines of a log as a server keeps them: text and the colours in force at its start. */
function linesOf(name: string): { text: string; carry: string }[] {
  const lines = readFileSync(new URL(`${name}.log`, LOGS), 'utf8')
    .replace(/\n$/u, '')
    .split('\n');
  let carry = '';
  return lines.map((raw) => {
    const line = { text: raw.replace(/\r$/u, ''), carry };
    carry = carryAfter(carry, line.text);
    return line;
  });
}

function redrawsOf(lines: readonly { text: string; carry: string }[]): Redraw[] {
  const scanner = new RedrawScanner(1);
  for (const { text, carry } of lines) scanner.push(text, carry);
  return [...scanner.drain(), ...scanner.open()];
}

/** What a reader sees, with the numbers of the lines; redrawn lines as the frame that is left of them. */
function shown(name: string): string {
  const lines = linesOf(name);
  const redraws = redrawsOf(lines);
  const rows: string[] = [];
  for (let number = 1; number <= lines.length;) {
    const redraw = redraws.find(({ from }) => from === number);
    const line = lines[number - 1];
    if (redraw !== undefined) {
      rows.push(
        `${number}-${redraw.to} redrawn ${redraw.updates} times`,
        ...redraw.frame.map(({ line, runs }) => `${String(line).padStart(5)} | ${textOf(runs)}`),
      );
      number = redraw.to + 1;
    } else {
      rows.push(`${String(number).padStart(5)} | ${line === undefined ? '' : textOf(parseLine(line.text, line.carry))}`);
      number += 1;
    }
  }
  return `${rows.map((row) => row.trimEnd()).join('\n')}\n`;
}

describe('a recorded log', () => {
  it.each(names)('of %s is shown as it was reviewed', async (name) => {
    await expect(shown(name)).toMatchFileSnapshot(`../../fixtures/logs/${name}.txt`);
  });

  it.each(names)('of %s holds no control character', (name) => {
    expect(shown(name)).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
  });

  it.each(names)('of %s has each row with the number of the line that wrote it', (name) => {
    const lines = linesOf(name);
    for (const { from, to, frame } of redrawsOf(lines)) {
      for (const { line, runs } of frame) {
        if (textOf(runs) === '') continue;
        expect(line).toBeGreaterThanOrEqual(from);
        expect(line).toBeLessThanOrEqual(to);
        const [word = ''] = textOf(runs).match(/[\w.]{3,}/u) ?? [];
        expect(lines[line - 1]?.text).toContain(word);
      }
    }
  });

  it('is small where a tool redraws much', () => {
    for (const name of ['docker-pull', 'docker-compose', 'buildkit', 'vitest']) {
      const lines = linesOf(name);
      const redraws = redrawsOf(lines);
      expect(Math.min(...redraws.map(({ updates }) => updates)), name).toBeGreaterThan(5);
      expect(shown(name).length, name).toBeLessThan(lines.map(({ text }) => text).join('\n').length / 2);
    }
  });
});
