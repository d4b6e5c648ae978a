import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/dev-server/jobs/job.ts';
import { MAX_JOBS, JobHistory } from '../../src/dev-server/jobs/job-history.ts';
import { keepSecret, readSecret } from '../../src/dev-server/data/secret.ts';
import { temporaryFolder } from './support.ts';

const job = (number: number, state: Job['state'] = 'exited'): Job => ({
  channel: `job/x/${number}`,
  command: 'x',
  state,
  startedAt: number,
  endedAt: number,
  code: 0,
});

describe('the history of jobs', () => {
  it('survives a restart, newest first, and never repeats a number', async () => {
    const folder = await temporaryFolder();
    const history = await JobHistory.open(folder);
    expect(history.nextNumber()).toBe(1);
    history.put(job(1));
    expect(history.nextNumber()).toBe(2);
    history.put(job(2, 'running'));
    history.put({ ...job(1), code: 9 });
    await history.flush();
    const again = await JobHistory.open(folder);
    expect(again.jobs).toEqual([job(2, 'running'), { ...job(1), code: 9 }]);
    expect(again.nextNumber()).toBe(3);
    expect((await stat(join(folder, 'jobs.json'))).mode & 0o777).toBe(0o600);
  });

  it('drops the oldest job that is not running when it is full', async () => {
    const history = await JobHistory.open(await temporaryFolder());
    history.put(job(0, 'running'));
    for (let number = 1; number <= MAX_JOBS; number += 1) history.put(job(number));
    expect(history.jobs).toHaveLength(MAX_JOBS);
    expect(history.get('job/x/0')?.state).toBe('running');
    expect(history.get('job/x/1')).toBeUndefined();
    expect(history.get('job/x/2')).toBeDefined();
  });

  it.each([
    ['not JSON', '{"jobs":['],
    ['another thing', '[1]'],
    ['jobs that are none', '{"next":"x","jobs":[1,{"channel":2},{"channel":"a","command":"b","state":"dancing","startedAt":1}]}'],
  ])('starts empty when the file is %s', async (_what, content) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'jobs.json'), content);
    const history = await JobHistory.open(folder);
    expect(history.jobs).toEqual([]);
    expect(history.nextNumber()).toBe(1);
  });
});

describe('the secret of a data directory', () => {
  it('is made once, is long, and is private', async () => {
    const folder = await temporaryFolder();
    expect(await readSecret(folder)).toBeUndefined();
    const made = await Promise.all([keepSecret(folder), keepSecret(folder), keepSecret(folder)]);
    const texts = made.map(([secret]) => Buffer.from(secret).toString());
    expect(new Set(texts).size).toBe(1);
    expect(Buffer.from(texts[0] ?? '', 'base64url')).toHaveLength(32);
    expect(await readSecret(folder)).toEqual(made[0]);
    expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe(`${texts[0]}\n`);
  });

  it.each(['\n', 's3\n'])('is refused when it is empty or short, with what to do (%j)', async (text) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'secret'), text);
    await expect(keepSecret(folder)).rejects.toThrow(/secret.*Make one with[^]*remove the file/);
  });

  it('may be several secrets, which are trimmed', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'secret'), ' the secret of today, the one of yesterday\n');
    expect((await readSecret(folder))?.map((secret) => Buffer.from(secret).toString())).toEqual([
      'the secret of today',
      'the one of yesterday',
    ]);
  });
});
