import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { LogStore } from '../../../../src/server/store.ts';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { Child } from './lmdb-child.ts';

export interface KillOptions {
  /** Directory of the store. */
  readonly dir: string;
  /** The bundled program of `lmdb-writer.ts`. */
  readonly program: string;
  readonly rounds: number;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly onRound?: (report: KillReport) => void;
}

export interface KillReport {
  readonly rounds: number;
  /** Batches that a process was told are durable before it was killed. */
  readonly acknowledged: number;
  /** Number of the last line of the log. */
  readonly head: number;
  /** Lines that were there after a kill although nobody had been told yet. */
  readonly unheard: number;
  /** Sealed pages that were there after a kill. */
  readonly sealed: number;
}

interface Promised {
  readonly head: number;
  readonly count: number;
}

/** Most acknowledgements that a process gets to write before it is killed, and ms it may go on behind them. */
const MOST_ACKNOWLEDGEMENTS = 60;
const LONGEST_DELAY = 6;

/**
 * Starts a process that appends with four writers, kills it with SIGKILL at a random moment, and looks at what is on
 * disk, again and again in one directory. Throws when anything that was acknowledged is not there under its number and
 * epoch, when a batch is there in part, or when numbers have a gap.
 */
export async function killAgainAndAgain({ dir, program, rounds, random = Math.random, onRound }: KillOptions): Promise<KillReport> {
  const promised = new Map<string, Promised>();
  const epochs = new Set<string>();
  let report: KillReport = { rounds: 0, acknowledged: 0, head: 0, unheard: 0, sealed: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const heard = await writeUntilKilled({ dir, program, round, random, promised, epochs });
    const { head, told, sealed } = await inspect(dir, promised, epochs);
    report = {
      rounds: round + 1,
      acknowledged: report.acknowledged + heard,
      head,
      unheard: report.unheard + Math.max(0, head - told),
      sealed: report.sealed + sealed,
    };
    onRound?.(report);
  }
  return report;
}

interface Round extends Pick<KillOptions, 'dir' | 'program'> {
  readonly round: number;
  readonly random: () => number;
  readonly promised: Map<string, Promised>;
  readonly epochs: Set<string>;
}

/** Resolves to how many batches were acknowledged, once the process is gone. */
async function writeUntilKilled({ dir, program, round, random, promised, epochs }: Round): Promise<number> {
  const child = new Child(process.execPath, [program, dir, String(round)]);
  const until = 1 + Math.floor(random() * MOST_ACKNOWLEDGEMENTS);
  const delay = random() * LONGEST_DELAY;
  let heard = 0;
  child.lines.on('line', (line) => {
    const [head = '', epoch = '', id = '', count = ''] = line.split(' ');
    promised.set(id, { head: Number(head), count: Number(count) });
    epochs.add(epoch);
    heard += 1;
    // Not at the very moment of an acknowledgement, which is never in the middle of a commit.
    if (heard === until) setTimeout(() => child.process.kill('SIGKILL'), delay);
  });
  const [, signal] = (await once(child.process, 'close')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL', `the process of round ${round} ended by itself`);
  return heard;
}

async function inspect(
  dir: string,
  promised: Map<string, Promised>,
  epochs: ReadonlySet<string>,
): Promise<{ head: number; told: number; sealed: number }> {
  const store = await LmdbStore.open({ dir });
  const { first, head, epoch } = await store.tail('log');
  const { blocks } = await store.readBlocks('log', { after: first - 1, bytes: Number.MAX_SAFE_INTEGER });
  const sealed = blocks.filter(({ format }) => format === 'sealed').length;
  assert.deepEqual([...epochs], [epoch], 'the log became another one');
  const lines = await idsOf(store, first - 1);
  assert.equal(lines.length, head - first + 1, 'lines are missing between the first and the head');
  let told = 0;
  for (const [id, { head: last, count }] of promised) {
    assert.ok(last <= head, `line ${last} was acknowledged, and the head is ${head}`);
    told = Math.max(told, last);
    for (let line = Math.max(first, last - count + 1); line <= last; line += 1)
      assert.equal(lines[line - first], `${id}/${line - (last - count + 1)}/${count}`, `line ${line} is another one than was acknowledged`);
    // Retention took it: nothing to look for any more, and the map stays small.
    if (last < first) promised.delete(id);
  }
  checkWhole(lines);
  await store.close();
  return { head, told, sealed };
}

/** Also what was not acknowledged is there whole, or not at all. */
function checkWhole(lines: readonly string[]): void {
  for (let at = 0; at < lines.length; at += 1) {
    const [id = '', line = '', count = ''] = lines[at]?.split('/') ?? [];
    const next = lines[at + 1];
    if (Number(line) < Number(count) - 1) assert.equal(next, `${id}/${Number(line) + 1}/${count}`, 'a batch is there in part');
    else assert.ok(next === undefined || next.split('/')[1] === '0', 'a batch begins in its middle');
  }
}

/** What each line says of itself, from the one behind `after` to the head. */
async function idsOf(store: LogStore, after: number): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { lines } = await store.read('log', { after: after + ids.length, limit: 1_000, bytes: 1_048_576 });
    if (lines.length === 0) return ids;
    for (const [, text] of lines) ids.push(text.split(' ')[0] ?? '');
  }
}
