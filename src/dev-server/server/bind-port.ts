import { once } from 'node:events';
import type { Server } from 'node:http';
import { messageOf } from '../../protocol/message-of.ts';
import { Endpoint } from '../client/endpoint.ts';
import { probe } from '../client/probe.ts';
import { codeOf, CommandError } from '../util/errors.ts';
import { reachable, type HostAndPort } from '../util/hosts.ts';

/** ms to wait for what has the port already to say what it is. */
const PROBE_TIMEOUT = 10_000;

/** The address is taken by a log-stream server, or by what may become one: it has not answered yet, or has just gone. */
export class AddressInUseError extends CommandError {
  override readonly name = 'AddressInUseError';
}

/** Makes a server listen. Throws AddressInUseError, or CommandError with the reason why it cannot. */
export async function bindPort(http: Server, { host, port }: HostAndPort): Promise<void> {
  try {
    http.listen(port, host);
    await once(http, 'listening');
  } catch (error) {
    throw await refusedBind(error, { host, port });
  }
}

async function refusedBind(error: unknown, address: HostAndPort): Promise<CommandError> {
  const { host, port } = address;
  const advice = 'choose another port with --port N or PORT=N.';
  switch (codeOf(error)) {
    case 'EADDRINUSE': {
      const endpoint = new Endpoint({ ...address, host: reachable(host) });
      const { kind } = await probe(endpoint, PROBE_TIMEOUT);
      if (kind === 'other') return new CommandError(`Port ${port} of ${host} is in use by another program: ${advice}`);
      return new AddressInUseError(
        kind === 'log-stream'
          ? `A log-stream server is already running at ${endpoint.origin}/. Use it, or ${advice}`
          : `Port ${port} of ${host} is in use by a program that does not answer: ${advice}`,
      );
    }
    case 'EACCES':
      return new CommandError(`This user may not listen on port ${port}: ${advice}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CommandError(`${host} is not an address of this machine: choose one with --host, such as 127.0.0.1.`);
    default:
      return new CommandError(`The server cannot listen on ${host}, port ${port}: ${messageOf(error)}`);
  }
}
