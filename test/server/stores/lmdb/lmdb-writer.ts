/**
 * A process that is killed: writes to a log with several writers at once and says, for every batch that was
 * acknowledged, `HEAD EPOCH ID COUNT`. Arguments: directory, round.
 */
import { writeSync } from 'node:fs';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';

const [dir = '', round = ''] = process.argv.slice(2);
const store = await LmdbStore.open({ dir });

async function write(writer: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const id = `${round}.${writer}.${index}`;
    const count = 1 + ((index * 7 + writer * 3) % 40);
    // Batches from a few bytes to several blocks.
    const padding = 'x'.repeat(index % 10 === 0 ? 9_000 : 50);
    const lines = Array.from({ length: count }, (_, line): [string] => [`${id}/${line}/${count} ${padding}`]);
    const result = await store.append('log', { lines: packLines(lines), time: Date.now(), carryIn: '', carryOut: '' });
    if (!result.ok) throw new Error(result.reason);
    writeSync(1, `${result.tail.head} ${result.tail.epoch} ${id} ${count}\n`);
    if (writer === 0 && index % 5 === 4) await store.trim('log', { lines: 2_000 }, Date.now());
  }
}

await Promise.all([0, 1, 2, 3].map(write));
