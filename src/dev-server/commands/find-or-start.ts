import type { ServeSettings } from '../config/settings.ts';
import { AddressInUseError } from '../server/bind-port.ts';
import { startDevServer } from '../server/dev-server.ts';
import type { DevServer } from '../server/running-server.ts';
import type { RemoteServer } from '../client/remote-server.ts';
import { findServer } from './remote.ts';

/** A server for a command that writes a log: another process's, or one in this process. */
export type FoundServer = { readonly kind: 'remote'; readonly server: RemoteServer } | { readonly kind: 'own'; readonly server: DevServer };

/**
 * Finds the server at the address of the settings, or starts one. Commands that start at the same time may all find none: the
 * one that binds the port is the server then, and the others use it, however long it takes to open its store; where it fails to,
 * they try once more. `beforeStart` may throw where no server must be started.
 */
export async function findOrStartServer(settings: ServeSettings, beforeStart: () => void = () => undefined): Promise<FoundServer> {
  const found = await findServer(settings);
  if (found !== undefined) return { kind: 'remote', server: found };
  beforeStart();
  try {
    return { kind: 'own', server: await startDevServer(settings) };
  } catch (error) {
    if (!(error instanceof AddressInUseError)) throw error;
  }
  const winner = await findServer(settings);
  if (winner !== undefined) return { kind: 'remote', server: winner };
  return { kind: 'own', server: await startDevServer(settings) };
}
