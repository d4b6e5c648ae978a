import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SecretError } from '../../src/protocol/secrets.ts';
import { createLogServer } from '../../src/server/create-log-server.ts';
import { parseRequests } from '../../src/server/ws/parse-requests.ts';
import { Signer } from '../../src/server/access/signer.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { frames, nasty } from './arbitraries.ts';
import { property, type Target } from './target.ts';

const one = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', ' ', ',', 's3', 'a'.repeat(15), 'a'.repeat(16), 0, true, {}, new Uint8Array(0)),
  fc.string({ minLength: 16, maxLength: 60 }),
  fc.uint8Array({ maxLength: 40 }),
  nasty,
  fc.anything(),
);
const cases = fc.record({ secrets: fc.oneof(one, fc.array(one, { maxLength: 4 })), frame: frames });

/** Whatever is given for secrets is refused when a server is made, or is good for every frame and every topic from then on. */
export const secrets: Target = property('secrets', 5, cases, ({ secrets: given, frame }) => {
  let logs;
  try {
    // What JavaScript may pass, whatever the types say; undefined would mean the environment.
    logs = createLogServer({ store: new MemoryStore(), secrets: (given ?? null) as string });
  } catch (error) {
    assert.ok(error instanceof SecretError, `refused with ${String(error)}`);
    return;
  }
  const signer = new Signer(given as string);
  assert.ok(signer.verify(logs.sign('run:1', { write: true, ttl: 60 })).ok, 'a topic of its own is refused');
  parseRequests(frame, signer);
});
