import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isChannel } from '../../../src/protocol/topic.ts';
import { logStreamOf } from '../../../src/dev-server/transports/bullmq.ts';
import { Signer } from '../../../src/server/access/signer.ts';

const SECRET = 'a secret that is long enough for a test';
const signer = new Signer(SECRET);
const channelOf = (job: Parameters<typeof logStreamOf>[0]): string => logStreamOf(job, { secrets: SECRET }).channel;

describe('the log of a job of BullMQ', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });

  it('is named after the queue and the job, and its topic may read it for a day', () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { channel, topic, href } = logStreamOf({ id: '42', queueName: 'emails' }, { secrets: SECRET });
    expect(channel).toBe('bullmq:emails:42');
    expect(signer.verify(topic)).toMatchObject({ ok: true, claims: { channel, write: false, remove: false, expiresAt: 1_800_086_400 } });
    expect(href).toBe(`/log#topic=${encodeURIComponent(topic)}`);
    expect(new URLSearchParams(new URL(href, 'https://app.example').hash.slice(1)).get('topic')).toBe(topic);
  });

  it('is signed with the secret of the environment, for as long, as much and for the page that the caller says', () => {
    vi.stubEnv('LOG_STREAM_SECRET', SECRET);
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { topic, href } = logStreamOf({ id: 7, queueName: 'q' }, { write: true, ttl: 60, page: 'https://ci.example/job' });
    expect(signer.verify(topic)).toMatchObject({ ok: true, claims: { write: true, expiresAt: 1_800_000_060 } });
    expect(href.startsWith('https://ci.example/job#topic=')).toBe(true);
  });

  it('is the same for the job as JSON, which knows its queue by the key in Redis', () => {
    expect(channelOf({ id: '42', queueQualifiedName: 'bull:emails' })).toBe('bullmq:emails:42');
    expect(channelOf({ id: '42', queueQualifiedName: '{team}:emails' })).toBe('bullmq:emails:42');
  });

  it('has a channel that no other job has, whatever its queue and id are called', () => {
    expect(channelOf({ id: 'repeat:a b@ü', queueName: 'e:mails' })).toBe('bullmq:e@3amails:repeat@3aa@20b@40@c3@bc');
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(name, name, name, name, (queueName, id, otherQueue, otherId) => {
        const channel = channelOf({ id, queueName });
        expect(isChannel(channel)).toBe(true);
        expect(channelOf({ id: otherId, queueName: otherQueue }) === channel).toBe(queueName === otherQueue && id === otherId);
      }),
    );
  });

  it.each([
    ['that was not added', { queueName: 'emails' }, /no id: add it to its queue first/u],
    ['with an empty id', { id: '', queueName: 'emails' }, /no id/u],
    ['of no queue', { id: '1' }, /neither queueName nor queueQualifiedName/u],
    ['whose id is too long', { id: 'x'.repeat(300), queueName: 'emails' }, /256 characters/u],
  ])('says what is wrong with a job %s', (_name, job, message) => {
    expect(() => logStreamOf(job, { secrets: SECRET })).toThrow(message);
  });

  it('says that the secret is missing', () => {
    vi.stubEnv('LOG_STREAM_SECRET', undefined);
    expect(() => logStreamOf({ id: '1', queueName: 'q' })).toThrow(/secret/iu);
  });
});
