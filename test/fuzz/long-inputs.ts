import assert from 'node:assert/strict';
import { parseClientFrame, parseServerFrame } from '../../src/protocol/messages.ts';
import { parseTime } from '../../src/protocol/parse-time.ts';
import { parseRequestedPosition } from '../../src/protocol/position.ts';
import { NO_GROUPS } from '../../src/protocol/marks/groups.ts';
import { carryAfter } from '../../src/protocol/sgr.ts';
import { isChannel, readTopic } from '../../src/protocol/topic.ts';
import { annotate, type CarriedState } from '../../src/server/append/annotator.ts';
import { LineAssembler } from '../../src/server/append/line-assembler.ts';
import { OpenLine } from '../../src/server/append/unfinished-line/open-line.ts';
import { splitLine } from '../../src/server/append/split-line.ts';
import { acceptsGzip, negotiate } from '../../src/server/http/core/negotiate.ts';
import { pathOf, queryOf, routeOf } from '../../src/server/http/core/route.ts';
import { OriginPolicy } from '../../src/server/access/origin-policy.ts';
import { clipPart } from '../../src/server/live/unfinished-lines.ts';
import { wellFormed } from '../../src/server/stores/store-rules.ts';
import { runOf } from '../server/append/model.ts';

const UNTOUCHED: CarriedState = { carry: '', splitSequence: '', groups: NO_GROUPS, own: {} };

/** Everything that reads what others wrote, with what it is given. */
const READERS: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ['the frame of a client', parseClientFrame],
  ['the frame of a server', parseServerFrame],
  ['a position', parseRequestedPosition],
  ['a signed topic', readTopic],
  ['a channel', isChannel],
  ['the path of a request', (text) => routeOf(`/log-stream/topics/${text}`, '/log-stream')],
  ['the target of a request', (text) => [pathOf(text), queryOf(text)]],
  ['a time', (text) => parseTime(text, 0)],
  ['Accept', (text) => negotiate(text, false)],
  ['Accept-Encoding', acceptsGzip],
  ['Origin', (text) => new OriginPolicy([]).allows(text, text)],
  ['colours', (text) => carryAfter('', text)],
  ['a line with marks', (text) => annotate([runOf([text.replaceAll('\n', '')])], UNTOUCHED, { stderr: false, marks: 'text' })],
  ['a continued line', (text) => annotate([runOf([text], true)], UNTOUCHED, { stderr: false, marks: 'text' })],
  ['lines', (text) => new LineAssembler(1_000).push(text)],
  [
    'an unfinished line',
    (text) => {
      const line = new OpenLine();
      line.write(text);
      return line.show('');
    },
  ],
  ['the part of another process', (text) => clipPart([1, text])],
  ['a long line', (text) => splitLine(text, 100)],
  ['a text for the disk', wellFormed],
];

/** What is repeated, and what comes behind it, to make the wrong turn as late as possible. */
const SHAPES: readonly (readonly [unit: string, end: string])[] = [
  ['a', '!'],
  ['-', ' '],
  ['0', 'x'],
  ['/', '\u0000'],
  ['../', '.'],
  ['%2e', '%'],
  [' ', '\u2028'],
  ['a,', ';'],
  [';q=0', '.'],
  ['\u001b', ''],
  ['\u001b[', '\u0001'],
  ['\u001b[0;', ''],
  ['\u001b]8;', ''],
  ['\u001b[38;2;1;1;1m', '\u001b['],
  ['\r', '\n'],
  ['\r\n', '\r'],
  ['\ud800', ''],
  ['[', ''],
  ['{"a":', ''],
  ['&=', '#'],
];

const SHORT = 32_768;
const FACTOR = 8;
/** Reading eight times as much takes eight times as long, and a square sixty-four. One over a quarter of a million takes seconds. */
const MOST = 28;
const QUICK_MS = 200;

/** Reads long texts, and eight times longer ones. Throws where the time grows faster than the text. */
export function longInputs(): string[] {
  return READERS.map(([name, read]) => {
    let worst = 0;
    for (const [unit, end] of SHAPES) {
      const make = (length: number): string => unit.repeat(Math.ceil(length / unit.length)) + end;
      const long = make(SHORT * FACTOR);
      const short = make(SHORT);
      const quick = fastest(() => read(short));
      const slow = fastest(() => read(long));
      worst = Math.max(worst, slow);
      const ratio = slow / quick;
      assert.ok(
        slow < QUICK_MS || ratio < MOST,
        `${name}: ${JSON.stringify(unit)} takes ${ratio.toFixed(0)} times as long for ${FACTOR} times the length`,
      );
    }
    return `${name}: ${SHORT * FACTOR} characters in ${worst.toFixed(1)} ms at most`;
  });
}

/** ms of the quickest of three, which the machine disturbed least. */
function fastest(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const from = performance.now();
    run();
    best = Math.min(best, performance.now() - from);
  }
  return best;
}
