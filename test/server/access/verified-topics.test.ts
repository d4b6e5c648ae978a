import { describe, expect, it } from 'vitest';
import { VerifiedTopics, type VerifiedTopic } from '../../../src/server/access/verified-topics.ts';

const topic = (channel: string): VerifiedTopic => ({
  claims: { channel, issuedAt: 1, expiresAt: undefined, write: false, remove: false },
  expected: [],
});

describe('VerifiedTopics', () => {
  it('remembers as many as it may, and forgets those that were not used for longest', () => {
    const topics = new VerifiedTopics(3);
    for (const name of ['a', 'b', 'c']) topics.set(name, topic(name));
    expect(topics.get('a')).toEqual(topic('a'));
    topics.set('d', topic('d'));
    expect(topics.size).toBe(3);
    expect(['a', 'b', 'c', 'd'].map((name) => topics.get(name)?.claims.channel)).toEqual(['a', undefined, 'c', 'd']);
  });

  it('has at most one entry for a payload', () => {
    const topics = new VerifiedTopics(3);
    for (let time = 0; time < 5; time += 1) topics.set('a', topic('a'));
    expect(topics.size).toBe(1);
  });
});
