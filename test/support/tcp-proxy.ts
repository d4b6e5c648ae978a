import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network that can fail: relays TCP to a server, and cuts, refuses or stalls on demand. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Map<Socket, Socket>();
  #refusing = false;
  #stalled = false;
  /** Connections relayed so far. */
  connections = 0;

  private constructor(server: Server, target: () => number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#relay(client, target()));
  }

  /** Listens on a free port of the loopback; `target` gives the port to relay to, asked at each connection. */
  static async listen(target: () => number): Promise<TcpProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new TcpProxy(server, target);
  }

  /** Breaks every connection off, as when a cable is pulled and the router answers for the far end. */
  cut(): void {
    for (const [client, upstream] of this.#pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  /** Whether new connections are broken off at once. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  /** Whether bytes stay where they are: connections look open and nothing arrives, in either direction. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    for (const [client, upstream] of this.#pairs) for (const socket of [client, upstream]) this.#flow(socket);
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #flow(socket: Socket): void {
    if (this.#stalled) socket.pause();
    else socket.resume();
  }

  #relay(client: Socket, port: number): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    this.connections += 1;
    const upstream = connect(port, '127.0.0.1');
    this.#pairs.set(client, upstream);
    const end = (): void => {
      this.#pairs.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('error', end).on('close', end);
      from.on('data', (bytes: Buffer) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => this.#flow(from));
      this.#flow(from);
    }
  }
}
