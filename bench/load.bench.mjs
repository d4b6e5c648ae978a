// S1, S2, S2b, S3, S5, S6, S11, S13 and P10: the server under load, compared with the best the machine can do and with the alternatives.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendCost } from './load/append-cost.mjs';
import { appends } from './load/append.mjs';
import { comeBack } from './load/come-back.mjs';
import { disk } from './load/disk.mjs';
import { fanOut } from './load/fan-out.mjs';
import { history } from './load/history.mjs';
import { searching } from './load/search.mjs';
import { stalled } from './load/stalled.mjs';

/**
 * What measurements get.
 *
 * @typedef {object} Conditions
 * @property {boolean} quick
 * @property {(id: string) => boolean} wants Whether a figure is to be measured.
 * @property {() => Promise<string>} folder An empty folder on disk, removed at the end.
 */

const PARTS = [
  { ids: ['S1'], measure: fanOut },
  { ids: ['S2'], measure: appends },
  { ids: ['S2b', 'S13'], measure: appendCost },
  { ids: ['S3', 'S3b'], measure: history },
  { ids: ['S5'], measure: stalled },
  { ids: ['S6'], measure: comeBack },
  { ids: ['S11'], measure: disk },
  { ids: ['P10'], measure: searching },
];

export const ids = PARTS.flatMap((part) => part.ids);

/** @param {import('../scripts/bench.mjs').BenchOptions} options @returns {AsyncGenerator<import('../scripts/bench.mjs').Row>} */
export async function* rows({ wants, quick }) {
  const root = await mkdtemp(join(tmpdir(), 'log-stream-load-'));
  try {
    const folder = () => mkdtemp(join(root, 'part-'));
    for (const { ids: figures, measure } of PARTS) if (figures.some(wants)) yield* measure({ quick, folder, wants });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
