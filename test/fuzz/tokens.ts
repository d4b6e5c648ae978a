import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { parseRequests } from '../../src/server/ws/parse-requests.ts';
import { Signer } from '../../src/server/access/signer.ts';
import { SECRET } from '../support/server.ts';
import { frames, topics } from './arbitraries.ts';
import { property, type Target } from './target.ts';

const signer = new Signer([SECRET, 'the secret of yesterday']);

/** No topic is believed whose signature is not ours, and nothing tells what it should have been. */
export const tokens: Target = property('signed topics', 30, topics, (topic) => {
  const verdict = signer.verify(topic);
  const at = topic.lastIndexOf('--');
  const payload = topic.slice(0, Math.max(at, 0));
  const signature = at < 0 ? '' : topic.slice(at + 2);
  const ours = [SECRET, 'the secret of yesterday'].map((secret) => createHmac('sha256', secret).update(payload).digest('hex'));
  if (verdict.ok) {
    assert.ok(ours.includes(signature.toLowerCase()), 'a signature was believed that is not ours');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    assert.ok(typeof claims === 'object' && claims !== null && Object.hasOwn(claims, 'c') && 'c' in claims);
    assert.equal(verdict.claims.channel, claims.c);
    assert.equal(verdict.claims.write, Object.hasOwn(claims, 'w') && 'w' in claims && claims.w === 1);
  } else {
    for (const expected of ours)
      if (signature !== expected) assert.ok(!verdict.message.includes(expected.slice(0, 16)), 'the signature was told');
    if (ours.includes(signature)) assert.notEqual(verdict.code, 'forbidden');
  }
});

/** Every frame is read or refused; each entry of a subscribe comes out as one request, those beyond the 25th together as one. */
export const frameTexts: Target = property('texts of frames', 20, frames, (text) => {
  const received = parseRequests(text, signer);
  if (received === undefined) return;
  const parsed: unknown = JSON.parse(text);
  assert.ok(typeof parsed === 'object' && parsed !== null);
  const entries = 'subscribe' in parsed && typeof parsed.subscribe === 'object' ? Object.keys(parsed.subscribe ?? {}).length : 0;
  assert.equal(received.requests.filter(({ kind }) => kind !== 'unsubscribe').length, Math.min(entries, 26));
  for (const request of received.requests) if (request.kind === 'subscribe') assert.ok(signer.verify(request.signed).ok);
});
