import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CommandError } from '../../src/dev-server/util/errors.ts';
import { Endpoint } from '../../src/dev-server/client/endpoint.ts';
import { isTransient } from '../../src/dev-server/client/problem.ts';
import { TopicSigner } from '../../src/dev-server/client/topic-signer.ts';

describe('an error response', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('is transient: %d', (status) => expect(isTransient(status)).toBe(true));
  it.each([400, 401, 403, 404, 409, 410, 413, 415])('is final: %d', (status) => expect(isTransient(status)).toBe(false));

  it('fails signing only when it is final', async () => {
    let status = 502;
    const server = createServer((_request, response) => response.writeHead(status).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const endpoint = new Endpoint({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    onTestFinished(() => {
      endpoint.close();
      server.close();
    });
    const topics = new TopicSigner(endpoint, undefined, undefined);
    const refusal = (): Promise<unknown> => topics.sign('a', true).catch((error: unknown) => error);
    expect(await refusal()).not.toBeInstanceOf(CommandError);
    status = 403;
    expect(await refusal()).toBeInstanceOf(CommandError);
  });
});
