import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Relay, type Weather } from './tcp-relay.ts';

/** A network that can fail: relays TCP to a server, and cuts, refuses, stalls, loses, delays or throttles on demand. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #relays = new Set<Relay>();
  readonly #weather: Weather = { stalled: false, upgrades: true, delay: 0, bytesPerSecond: Infinity, busyUntil: 0 };
  #refusing = false;
  /** Connections relayed so far. */
  connections = 0;

  private constructor(server: Server, target: () => number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#relay(client, target()));
  }

  /** Listens on a free port of the loopback; `target` gives the port to relay to, asked at each connection. */
  static async listen(target: () => number): Promise<TcpProxy> {
    // A side that has said all it has to say may still be told something.
    const server = createServer({ allowHalfOpen: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new TcpProxy(server, target);
  }

  /** Connections that are relayed now. */
  get open(): number {
    return this.#relays.size;
  }

  /** Breaks every connection off, as when a cable is pulled and the router answers for the far end. */
  cut(): void {
    for (const relay of this.#relays) relay.cut();
  }

  /** Whether new connections are broken off at once. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  /** Whether bytes stay where they are: connections look open and nothing arrives, in either direction. */
  stall(stalled: boolean): void {
    this.#weather.stalled = stalled;
    for (const relay of this.#relays) relay.flow();
  }

  /** Whether whoever asks for a WebSocket is cut off, as by a proxy that knows only plain HTTP. */
  blockUpgrades(blocked: boolean): void {
    this.#weather.upgrades = !blocked;
  }

  /**
   * Nothing ever arrives again on the connections there are, and neither end hears of it, as when a router forgot them.
   * New ones work.
   */
  lose(): void {
    for (const relay of this.#relays) relay.lose();
  }

  /** How many bytes all connections together may carry in a second, in both directions; Infinity: any. */
  throttle(bytesPerSecond: number): void {
    this.#weather.bytesPerSecond = bytesPerSecond;
  }

  /** Bytes arrive so much later, ms. */
  delay(ms: number): void {
    this.#weather.delay = ms;
  }

  /** Nothing is wrong with the network any more; what was lost stays lost. */
  calm(): void {
    this.refuse(false);
    this.blockUpgrades(false);
    this.throttle(Infinity);
    this.delay(0);
    this.stall(false);
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #relay(client: Socket, port: number): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    this.connections += 1;
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const relay = new Relay(client, upstream, this.#weather, () => this.#relays.delete(relay));
    this.#relays.add(relay);
  }
}
