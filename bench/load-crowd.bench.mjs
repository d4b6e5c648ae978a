// S8, S9 and S10: many sockets, many logs, many topics, on one server process with its logs in LMDB. Viewers compare every line they get
// with what was written; a wrong one ends the benchmark with an error.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idleTopics } from './crowd/idle-topics.mjs';
import { manyLogs } from './crowd/many-logs.mjs';
import { oneLog } from './crowd/one-log.mjs';

const SCENES = /** @type {const} */ ({ S8: oneLog, S9: manyLogs, S10: idleTopics });

export const ids = Object.keys(SCENES);

/** @param {import('../scripts/bench.mjs').BenchOptions} options @returns {AsyncGenerator<import('../scripts/bench.mjs').Row>} */
export async function* rows({ wants, quick }) {
  const root = await mkdtemp(join(tmpdir(), 'log-stream-crowd-'));
  try {
    const folder = () => mkdtemp(join(root, 'scene-'));
    for (const [id, measure] of Object.entries(SCENES)) if (wants(id)) yield* measure({ quick, folder, wants });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
