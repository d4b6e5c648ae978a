import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SearchRecord } from '../../src/protocol/answers/answers.ts';
import { LogReader } from '../../src/dev-server/read/log-reader.ts';
import { clientOf } from './support.ts';

const BEGIN = '{"epoch":"e","after":0,"upto":9,"first":1}\n';
const DONE = '{"done":true,"scanned":9,"found":0}\n';

/** Searches a server that answers with `answer`. */
async function search(answer: (res: ServerResponse) => void, signal?: AbortSignal): Promise<AsyncGenerator<SearchRecord>> {
  const server = createServer((_req, res) => answer(res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { endpoint, topics } = clientOf((server.address() as AddressInfo).port);
  onTestFinished(() => endpoint.close());
  return new LogReader(endpoint, topics, 'a').search({ q: 'x' }, signal);
}

async function recordsOf(records: AsyncIterable<SearchRecord>): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind } of records) kinds.push(kind);
  return kinds;
}

describe('The answer to a search', () => {
  it('is read as it arrives, wherever it is cut', async () => {
    const text = BEGIN + '{"line":3,"time":1,"at":[]}\n{"scanned":5,"found":1,"line":5}\n' + DONE;
    const records = await search((res) => {
      for (const byte of Buffer.from(text)) res.write(Buffer.from([byte]));
      res.end();
    });
    expect(await recordsOf(records)).toEqual(['begin', 'hit', 'progress', 'done']);
  });

  it('that breaks off is an error that says what to do', async () => {
    const records = await search((res) => res.write(BEGIN, () => res.socket?.resetAndDestroy()));
    await expect(recordsOf(records)).rejects.toThrow('The server broke off the search: run the command again.');
  });

  it('that breaks off after its reader has left is no error', async () => {
    let cut = (): void => undefined;
    const records = await search((res) => {
      res.write(BEGIN + DONE);
      cut = () => res.socket?.resetAndDestroy();
    });
    for await (const { kind } of records) if (kind === 'done') break;
    cut();
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('has no line without end', async () => {
    const records = await search((res) => {
      const chunk = Buffer.alloc(1_024 * 1_024, 'x');
      // A write that fails calls back at once, and would be repeated without end.
      const write = (error?: Error | null): unknown => error ?? (res.destroyed || res.write(chunk, write));
      write();
    });
    await expect(recordsOf(records)).rejects.toThrow('broke off');
  });
});
