import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OpenTextBudget } from '../../src/server/append/unfinished-line/open-text-budget.ts';
import { openWriter, type WriterContext } from '../../src/server/append/writer.ts';
import { encodeText } from '../../src/server/http/routes/raw-text.ts';
import { SILENT } from '../../src/server/log/logger.ts';
import { Hub } from '../../src/server/live/hub.ts';
import { Retainer } from '../../src/server/retainer.ts';
import { DEFAULT_LIMITS } from '../../src/server/config/settings.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { property, type Target } from './target.ts';

/** Small, so that long lines are met often. */
const LINE_BYTES = 40;

const pieces = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '\n',
      '\r\n',
      '\r',
      '\u001b[31m',
      '\u001b[',
      '\u001b]8;;x',
      '\u0007',
      '\u001b',
      '\ufeff',
      '漢',
      '😀',
      '\u0000',
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 60 }) },
);
const bytes = fc.oneof(
  fc.array(pieces, { maxLength: 25 }).map((all) => Buffer.from(all.join(''))),
  fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all)),
);
const cases = fc.record({ bytes, cuts: fc.array(fc.nat(200), { maxLength: 5 }) });

/** A log reads back as the bytes that were written, wherever they were cut: lines within their limit, nothing lost. */
export const logBytes: Target = property('bytes of logs', 20, cases, async ({ bytes: written, cuts }) => {
  const store = new MemoryStore();
  const hub = new Hub({ store, ringBytes: 1_000, logger: SILENT });
  const limits = { ...DEFAULT_LIMITS, lineBytes: LINE_BYTES };
  const context: WriterContext = {
    store,
    limits,
    marks: true,
    openText: new OpenTextBudget(limits.openLineBytes),
    retainer: new Retainer({ store, hub, retain: undefined, logger: SILENT }),
  };
  const writer = openWriter(context, 'fuzz');
  const ends = [...cuts.map((cut) => cut % (written.length + 1)), written.length].toSorted((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    await writer.write(written.subarray(from, end));
    from = end;
  }
  await writer.finish();
  const { lines } = await store.read('fuzz', { after: 0, limit: 10_000, bytes: 1e6 });
  for (const [, text] of lines) assert.ok(Buffer.byteLength(text) <= LINE_BYTES && !text.includes('\n'));
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(written).replaceAll(/\r?\n/gu, '\n');
  assert.equal(encodeText(lines), decoded === '' || decoded.endsWith('\n') ? decoded : `${decoded}\n`);
  hub.close();
});
