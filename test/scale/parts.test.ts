import { request } from 'node:http';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Signer } from '../../src/server/access/signer.ts';
import { buildCommand } from '../dev-server/support.ts';
import { hasRedis } from '../server/stores/redis/redis-server.ts';
import { SECRET } from '../support/server.ts';
import { WireClient } from '../support/wire-client.ts';
import { startFleet } from './stage.ts';

const CHANNEL = 'scale:part';
const signer = new Signer([SECRET]);

describe.skipIf(!hasRedis)('three server processes over one Redis', () => {
  beforeAll(buildCommand, 120_000);

  it('take the unfinished line of a killed process back within seconds', async () => {
    const { fleet } = await startFleet();
    const [port = 0, other = 0] = fleet.ports;
    const viewer = await WireClient.connect(`ws://127.0.0.1:${other}/log-stream`, { patience: 60_000 });
    onTestFinished(() => viewer.socket.terminate());
    viewer.subscribe(signer.sign(CHANNEL));
    await viewer.next('ack');
    const append = request({
      port,
      path: `/log-stream/topics/${CHANNEL}`,
      method: 'POST',
      headers: { authorization: `Bearer ${signer.sign(CHANNEL, { write: true })}` },
    });
    const broken = new Promise((resolve) => append.once('error', resolve));
    append.write('Downloading 43 %');
    expect((await viewer.next('part')).line?.[1]).toBe('Downloading 43 %');
    await fleet.kill(0);
    await broken;
    expect((await viewer.next('part')).line).toBeNull();
  }, 120_000);
});
