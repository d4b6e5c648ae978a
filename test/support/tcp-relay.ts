import type { Socket } from 'node:net';

/** How a network is at the moment; shared by all its connections. */
export interface Weather {
  stalled: boolean;
  /** Whether WebSockets get through. */
  upgrades: boolean;
  /** ms */
  delay: number;
  bytesPerSecond: number;
  /** Until when the line is busy with what was sent already, as `performance.now()`. */
  busyUntil: number;
}

/** One connection through a network: both directions, each with at most one chunk on its way. */
export class Relay {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #weather: Weather;
  readonly #closed: () => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Sides whose last chunk did not arrive yet, and how it does once it may; undefined: it is on its way still. */
  readonly #underway = new Map<Socket, (() => void) | undefined>();
  #lost = false;

  constructor(client: Socket, upstream: Socket, weather: Weather, closed: () => void) {
    this.#client = client;
    this.#upstream = upstream;
    this.#weather = weather;
    this.#closed = closed;
    this.#pump(client, upstream);
    this.#pump(upstream, client);
  }

  /** Breaks it off; the client hears of it by a reset. */
  cut(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#underway.clear();
    this.#client.resetAndDestroy();
    this.#upstream.destroy();
    this.#closed();
  }

  lose(): void {
    this.#lost = true;
    this.flow();
  }

  /** Lets bytes through or holds them, as the weather says. */
  flow(): void {
    for (const socket of [this.#client, this.#upstream]) {
      const arrive = this.#underway.get(socket);
      if (this.#holds) socket.pause();
      else if (arrive !== undefined) arrive();
      else if (!this.#underway.has(socket)) socket.resume();
    }
  }

  get #holds(): boolean {
    return this.#weather.stalled || this.#lost;
  }

  #pump(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      if (!this.#weather.upgrades && /^upgrade: *websocket\r$/imu.test(bytes.toString('latin1'))) {
        this.cut();
        return;
      }
      from.pause();
      this.#underway.set(from, undefined);
      const arrive = (): void => {
        this.#underway.set(from, undefined);
        to.write(bytes, () => {
          this.#underway.delete(from);
          if (!this.#holds) from.resume();
        });
      };
      this.#after(this.#transit(bytes.length), () => {
        if (this.#holds) this.#underway.set(from, arrive);
        else arrive();
      });
    });
    // Comes behind the last chunk, since there is at most one on its way.
    from.on('end', () => to.end());
    from.on('error', () => this.cut());
    from.on('close', () => {
      if (!from.readableEnded) this.cut();
      else if (to.closed) this.#closed();
    });
    if (this.#holds) from.pause();
  }

  /** How long so many bytes take, ms. */
  #transit(bytes: number): number {
    const { delay, bytesPerSecond } = this.#weather;
    if (bytesPerSecond === Infinity) return delay;
    const now = performance.now();
    this.#weather.busyUntil = Math.max(now, this.#weather.busyUntil) + (bytes / bytesPerSecond) * 1_000;
    return this.#weather.busyUntil - now + delay;
  }

  #after(ms: number, act: () => void): void {
    if (ms <= 0) {
      act();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }
}
