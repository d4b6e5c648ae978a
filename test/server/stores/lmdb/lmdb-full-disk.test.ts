import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Signer } from '../../../../src/server/access/signer.ts';
import { SECRET } from '../../../support/server.ts';
import { WireClient } from '../../../support/wire-client.ts';
import { ask, type Answer } from '../../http/support.ts';
import { bundle, Child } from './lmdb-child.ts';
import { openSmallDisk, roomAt } from '../small-disk.ts';

const LINES = 100;

/** A line that compresses badly, so that sealing it makes little room. */
function text(line: number): string {
  const digests = Array.from({ length: 11 }, (_, index) => createHash('sha512').update(`${line}.${index}`).digest('base64'));
  return `${line} ${digests.join('')}`;
}

describe.runIf(process.platform === 'linux')('A server whose disk is full', () => {
  let program: Awaited<ReturnType<typeof bundle>>;
  beforeAll(async () => {
    program = await bundle('./lmdb-server.ts');
  });
  afterAll(() => program.remove());

  test('answers appends with 503, keeps and serves acknowledged lines, and appends again once there is room', async () => {
    const disk = openSmallDisk();
    const [command, args] = disk.wrap(process.execPath, [program.file, disk.dir, SECRET]);
    const child = new Child(command, args);
    try {
      const [line] = (await once(child.lines, 'line')) as [string];
      const server = { port: Number(line) };
      const topic = new Signer([SECRET]).sign('run:1', { write: true });
      const path = `/log-stream/topics/run:1?topic=${encodeURIComponent(topic)}`;
      let written = 0;
      const append = (): Promise<Answer> => {
        const lines = Array.from({ length: LINES }, (_, index) => text(written + index + 1));
        return ask(server, path, { method: 'POST', body: `${lines.join('\n')}\n` });
      };
      const viewer = await WireClient.connect(`ws://127.0.0.1:${server.port}/log-stream`, { patience: 30_000 });
      viewer.subscribe(topic);
      await viewer.next('ack');

      let answer = await append();
      while (answer.status === 200) {
        written += LINES;
        // It does fill up.
        expect(written).toBeLessThan(100_000);
        answer = await append();
      }
      expect(written).toBeGreaterThan(0);
      if (disk.kind === 'tmpfs') expect(roomAt(disk.dir)).toBeLessThan(1_000_000);
      expect([answer.status, answer.headers['retry-after'], answer.headers['content-type']]).toEqual([
        503,
        '1',
        'application/problem+json; charset=utf-8',
      ]);
      expect(answer.json()).toMatchObject({
        code: 'unavailable',
        detail: expect.stringMatching(/down or full.*Nothing was written/u),
      });

      // Of the request that was refused a part may be there, in whole lines: the refusal says how far to go on from.
      const head = Number(answer.headers['log-head']);
      expect(head).toBeGreaterThanOrEqual(written);
      expect(head).toBeLessThan(written + LINES);
      written = head;
      const held = await ask(server, `${path}&after=${written - 1}`);
      expect(held.json()).toMatchObject({ lines: [[expect.any(Number), text(written)]] });
      await viewer.next('msg', ({ off }) => off.offset === written);
      expect((await ask(server, '/log-stream/health')).status).toBe(200);

      disk.free(child.process.pid ?? 0);
      expect((await append()).status).toBe(200);
      written += LINES;
      await viewer.next('msg', ({ off }) => off.offset === written);
      const all = await ask(server, path, { headers: { accept: 'text/plain' } });
      expect(all.text.split('\n')).toEqual([...Array.from({ length: written }, (_, index) => text(index + 1)), '']);
      await viewer.close();
      child.process.stdin?.end();
      expect((await once(child.process, 'close'))[0]).toBe(0);
    } finally {
      await child.kill();
      disk.remove();
    }
  }, 60_000);
});
