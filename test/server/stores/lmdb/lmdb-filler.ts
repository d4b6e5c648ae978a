/**
 * A process whose files may not grow beyond a limit: appends until the store refuses, or as many batches as it is
 * told, and says how that went. The lines are random, so that sealing them makes little room. Lines of stdin: `fill` or a
 * number of batches. Argument: directory.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { LmdbStore } from '../../../../src/server/stores/lmdb/lmdb-store.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';

const [dir = ''] = process.argv.slice(2);
const store = await LmdbStore.open({ dir });
let news = 0;
store.watch('log', () => {
  news += 1;
});

async function append(batches: number): Promise<string> {
  for (let index = 0; index < batches; index += 1) {
    const head = (await store.tail('log')).head;
    const lines = Array.from({ length: 100 }, (_, line): [string] => [`${head + line + 1} ${randomBytes(500).toString('hex')}`]);
    const batch = { lines: packLines(index % 2 === 0 ? lines : lines.slice(0, 1)), time: 1, carryIn: '', carryOut: '' };
    // Three at once share a transaction: all are refused, or none.
    const results = await Promise.allSettled([0, 1, 2].map(() => store.append('log', batch)));
    const refused = results.filter((result) => result.status === 'rejected');
    if (refused.length > 0 && refused.length < results.length) return 'torn';
    const [reason]: unknown[] = refused.map((result) => result.reason as unknown);
    if (reason !== undefined) return reason instanceof Error ? `${reason.name}: ${reason.message}` : 'not an error';
  }
  return 'ok';
}

for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await append(line === 'fill' ? Number.POSITIVE_INFINITY : Number(line));
  const { head } = await store.tail('log');
  process.stdout.write(`${JSON.stringify({ outcome, head, news })}\n`);
}
await store.close();
