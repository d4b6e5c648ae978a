import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { parseClientFrame, parseServerFrame } from '../../src/protocol/messages.ts';
import { Signer } from '../../src/server/access/signer.ts';
import { numbered, startServer, type TestServer } from '../support/server.ts';

const protocol = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');
const section = protocol.slice(protocol.indexOf('## 7. Examples'));
const SECRET = /signed with the secret `([^`]+)`/u.exec(section)?.[1] ?? '';
const TOPIC = /`(ey[\w=+/]+--[0-9a-f]{64})`/u.exec(section)?.[1] ?? '';
const CHANNEL = 'build:42';

/** The moment at which the examples begin, unix ms. */
const START = 1_763_658_001_000;

/** The frames under a heading: lines that begin with C (client) or S (server). What follows # explains, and is not compared. */
function documented(heading: string): string[] {
  const text = section.slice(section.indexOf(`### ${heading}`));
  const block = /```text\n([^]*?)```/u.exec(text)?.[1] ?? expect.fail(`PROTOCOL.md has no example called ${heading}`);
  return block.split('\n').filter((line) => /^[CS] /u.test(line));
}

/** A viewer of the real server that writes down what it sends and receives. */
class Recorder {
  readonly transcript: string[] = [];
  readonly #server: TestServer;
  #socket: WebSocket | undefined;

  constructor(server: TestServer) {
    this.#server = server;
  }

  connect(): void {
    this.#socket?.terminate();
    this.#socket = new WebSocket(this.#server.endpoint);
    this.#socket.on('message', (data: Buffer) => this.transcript.push(`S ${data.toString()}`));
  }

  send(frame: unknown): void {
    const text = JSON.stringify(frame);
    this.transcript.push(`C ${text}`);
    this.#socket?.send(text);
  }

  async get(target: string): Promise<void> {
    this.transcript.push(`C GET ${target}`);
    const response = await fetch(this.#server.url + target, { headers: { authorization: `Bearer ${TOPIC}` } });
    const body = await response.text();
    this.transcript.push(`S ${response.status} ${body}`);
  }

  /** Resolves when the transcript has so many lines. */
  async length(count: number): Promise<void> {
    await vi.waitFor(() => expect(this.transcript).toHaveLength(count), { timeout: 10_000, interval: 5 });
  }
}

/** Times are those of the examples; only the random part of an epoch differs each time. */
function sameEpochs(lines: readonly string[]): string[] {
  const epochs: string[] = [];
  return lines.map((line) =>
    line.replace(/\d{13}\.[0-9a-f]{12}/gu, (epoch) => {
      if (!epochs.includes(epoch)) epochs.push(epoch);
      return `epoch${epochs.indexOf(epoch) + 1}`;
    }),
  );
}

async function record(): Promise<{ server: TestServer; viewer: Recorder; later: (ms: number) => number }> {
  let now = START;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  const server = await startServer({ secrets: [SECRET] });
  return { server, viewer: new Recorder(server), later: (ms) => (now += ms) };
}

const epochOf = async (server: TestServer): Promise<string> => (await server.store.tail(CHANNEL)).epoch;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the topic of the examples in PROTOCOL.md', () => {
  it('is signed as T1 says, with the secret that stands beside it', () => {
    const [payload = '', signature] = TOPIC.split('--');
    expect(createHmac('sha256', SECRET).update(payload).digest('hex')).toBe(signature);
    expect(new Signer([SECRET]).verify(TOPIC)).toMatchObject({ ok: true, claims: { channel: CHANNEL } });
  });
});

describe('the examples of PROTOCOL.md', () => {
  const blocks = [...section.matchAll(/```text\n([^]*?)```/gu)].map(([, block = '']) => block);

  it('hold only frames that both sides can read', () => {
    const lines = blocks.flatMap((block) => block.split('\n')).filter((line) => /^[CS] \{/u.test(line));
    expect(lines.length).toBeGreaterThan(15);
    for (const line of lines) {
      const read = line.startsWith('S') ? parseServerFrame : parseClientFrame;
      expect(read(line.slice(2)), line).toBeDefined();
    }
  });

  it('first subscribe: is what the server answers', async () => {
    const { server, viewer, later } = await record();
    await server.append(CHANNEL, ['$ make', 'cc -c main.c', 'cc -c util.c']);
    viewer.connect();
    await viewer.length(1);
    viewer.send({ subscribe: { [TOPIC]: '' } });
    await viewer.length(3);
    await viewer.get(`/topics/${CHANNEL}?epoch=${await epochOf(server)}&after=0&limit=1000`);
    const writer = server.logs.writer(CHANNEL);
    later(1_000);
    await writer.write('linking 43 %');
    await viewer.length(6);
    later(1_000);
    await writer.write('\rlinking done\n');
    await viewer.length(7);
    later(1_000);
    await writer.end(0);
    await viewer.length(8);
    expect(sameEpochs(viewer.transcript)).toEqual(sameEpochs(documented('First subscribe')));
  });

  it('reconnect with a skip: is what the server answers', async () => {
    const { server, viewer, later } = await record();
    await server.append(CHANNEL, numbered(4));
    const epoch = await epochOf(server);
    await server.append(CHANNEL, numbered(5_000, 5));
    viewer.connect();
    await viewer.length(1);
    viewer.send({ subscribe: { [TOPIC]: `${epoch}-4` } });
    await viewer.length(3);
    later(1_000);
    await server.append(CHANNEL, ['line 5005']);
    await viewer.length(4);
    await viewer.get(`/topics/${CHANNEL}?epoch=${epoch}&after=5000&limit=1000`);
    expect(sameEpochs(viewer.transcript)).toEqual(sameEpochs(documented('Reconnect with a skip')));
  });

  it('reset: is what the server answers', async () => {
    const { server, viewer, later } = await record();
    await server.append(CHANNEL, ['$ make', 'cc -c main.c']);
    const before = await epochOf(server);
    viewer.connect();
    await viewer.length(1);
    viewer.send({ subscribe: { [TOPIC]: `${before}-2` } });
    await viewer.length(3);
    later(1_000);
    await server.store.remove(CHANNEL);
    await viewer.length(4);
    later(1_000);
    await server.append(CHANNEL, ['$ make clean']);
    await viewer.length(5);
    viewer.connect();
    await viewer.length(6);
    viewer.send({ subscribe: { [TOPIC]: `${before}-2` } });
    await viewer.length(9);
    expect(sameEpochs(viewer.transcript)).toEqual(sameEpochs(documented('Reset')));
  });

  it('where the errors are: is what the server answers', async () => {
    const { server, viewer, later } = await record();
    const writer = server.logs.writer(CHANNEL);
    await writer.write('::group::compile\n$ cc -c main.c\n');
    later(1_000);
    await writer.write('main.c:3:1: error: expected expression\n::endgroup::\n');
    await writer.end(1);
    for (const target of [
      `levels/${CHANNEL}`,
      `groups/${CHANNEL}`,
      `seek/${CHANNEL}?level=error&after=0`,
      `topics/${CHANNEL}?after=2&limit=1`,
    ]) {
      await viewer.get(`/${target}`);
    }
    expect(sameEpochs(viewer.transcript)).toEqual(sameEpochs(documented('Where the errors are')));
  });
});
