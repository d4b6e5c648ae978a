import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killAgainAndAgain } from './lmdb-kills.ts';

/** Kills as often as the command line says, and prints what came of it. Returns the exit code. */
export async function durability(args: readonly string[], program: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string', default: '1000' }, dir: { type: 'string', default: tmpdir() } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    console.error(
      'Usage: npm run test:durability -- [--rounds N] [--dir DIR]. The store is made in DIR, so choose one on the disk to try.',
    );
    return 2;
  }
  const dir = await mkdtemp(join(values.dir, 'log-stream-durability-'));
  const begun = performance.now();
  const every = Math.max(1, Math.floor(rounds / 20));
  try {
    const report = await killAgainAndAgain({
      dir,
      program,
      rounds,
      onRound({ rounds: done, acknowledged, head }) {
        if (done % every === 0) console.log(`${done} of ${rounds} kills: ${acknowledged} batches acknowledged, head ${head}, nothing lost`);
      },
    });
    const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
    console.log(
      `${report.rounds} processes killed with SIGKILL in ${seconds} s: all of ${report.acknowledged} acknowledged batches were there, whole and ` +
        `under their numbers, in ${report.head} lines of one epoch; ${report.unheard} lines were durable before anybody was told.`,
    );
    return 0;
  } catch (error) {
    console.error('It did not hold.', error);
    return 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
