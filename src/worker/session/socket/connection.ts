import { closeVerdict, type CloseVerdict } from '../../../protocol/close-codes.ts';
import { LIMITS, PROTOCOL_VERSION } from '../../../protocol/limits.ts';
import { PROBE, type Bye, type Interval, type ServerFrame } from '../../../protocol/messages.ts';
import { needsDetour, type Diagnosis } from '../../diagnosis/classify.ts';
import type { Effect } from '../events.ts';
import { backoff, earliest, TIMING, within, type Now } from '../timing.ts';

const HEARTBEAT: Interval = [1_000, 300_000];
const LONGEST_RETRY = 300_000;
const LONGEST_AGAIN = 3_600_000;

/**
 * The one socket of a session: when it is opened, when it counts as dead, when to come back. Every socket has a
 * generation; what an abandoned one still says is not heard.
 */
export class Connection {
  /** `stopped`: not opened again until somebody retries. */
  phase: 'idle' | 'waiting' | 'opening' | 'open' | 'stopped' = 'idle';
  generation = 0;
  online = true;
  /** An attempt failed, or a socket was lost, since the session began. */
  failed = false;
  /** Why it stopped. */
  verdict: { readonly denied: boolean; readonly code: number } | undefined;
  /** When the next attempt is made, unix ms, while waiting. */
  retryAt: number | undefined;
  /** A voluntary reconnect is nobody's business until then. */
  quietUntil = -Infinity;
  /** Topics are followed over HTTP, which works: nobody waits for the socket. */
  detour = false;
  /** The other way was tried, and failed. */
  detourFails = false;
  /** The last attempt failed before the server said hello. */
  stranded = false;
  /** Heartbeat of the server, as far as it is known, ms. */
  beat: number = LIMITS.heartbeat;

  readonly #effects: Effect[];
  #failures = 0;
  #startedAt = -Infinity;
  #openedAt = 0;
  /** While waiting or idle: no attempt before. */
  #connectAt = -Infinity;
  /** While opening or open: the socket is dead when it is silent until then. */
  #deadline = Infinity;
  #silence: number = TIMING.handshake;
  #probing = false;
  #bye: Bye | undefined;
  /** The wait was asked for by the server: nothing but a person hurries it. */
  #patient = false;
  #againAt: number | undefined;
  #closeAt: number | undefined;
  #refused = false;
  /** The server said hello on this socket. */
  #greeted = false;
  /** Attempts in a row that came to nothing, though nobody asked to stay away. */
  #strikes = 0;
  #examining = false;
  /** It was found out at least once why attempts fail, as far as that can be. */
  #examined = false;
  #diagnosis: Diagnosis | undefined;

  constructor(effects: Effect[]) {
    this.#effects = effects;
  }

  /** Whether topics can be followed, or are on their way through a change that nobody needs to see. */
  up({ now }: Now): boolean {
    return this.ready || this.detour || now < this.quietUntil;
  }

  /** Whether topics can be subscribed. Where sockets are blocked some open all the same, and nothing ever comes. */
  get ready(): boolean {
    return this.phase === 'open' && !this.blocked;
  }

  /** Whether sockets do not seem to get through. */
  get blocked(): boolean {
    return this.#strikes >= TIMING.strikes && !this.#greeted && this.phase !== 'stopped';
  }

  /** Why attempts fail, where that is known. That WebSockets are blocked is believed when several failed. */
  get diagnosis(): Diagnosis | undefined {
    return this.#diagnosis?.cause === 'websocket' && !this.blocked ? undefined : this.#diagnosis;
  }

  /** Whether it is still open if the first failure is one: why it failed is being found out, or another way tried for the first time. */
  get undecided(): boolean {
    return (this.#examining && !this.#examined) || (needsDetour(this.#diagnosis) && !this.detourFails);
  }

  examining(): void {
    this.#examining = true;
  }

  examined(diagnosis: Diagnosis | undefined): void {
    this.#examining = false;
    this.#examined = true;
    // Meanwhile a socket may have got through.
    if (!this.stranded) return;
    this.#diagnosis = diagnosis;
    // The way over HTTP need not wait for more failures.
    if (needsDetour(diagnosis)) this.#strikes = Math.max(this.#strikes, TIMING.strikes);
  }

  /** Whether there is another way now. When there is none any more, the socket is tried at once. */
  detoured(open: boolean, moment: Now): void {
    const lost = this.detour && !open && this.phase === 'waiting';
    this.detour = open;
    if (lost) this.wake(moment);
  }

  /** Whether any topic needs the socket. */
  need(wanted: boolean, moment: Now): void {
    if (wanted) {
      this.#closeAt = undefined;
      if (this.phase === 'idle') this.#wait(Math.max(this.#connectAt, this.#startedAt + TIMING.apart), moment);
    } else if (this.phase === 'open') {
      this.#closeAt ??= moment.now + TIMING.linger;
    } else if (this.phase !== 'idle' && this.phase !== 'stopped') {
      this.#drop();
    }
  }

  /** Nobody is left who may want the socket again in a moment. */
  rest(): void {
    if (this.#closeAt !== undefined) this.#drop();
  }

  opened(moment: Now): void {
    this.phase = 'open';
    this.#openedAt = moment.now;
  }

  /** Whether a socket is the one there is; one that is closed has nothing to say any more. */
  hears(generation: number): boolean {
    return generation === this.generation && this.#alive();
  }

  /** A frame came: the socket lives. */
  heard(frame: ServerFrame | undefined, moment: Now): void {
    if (frame?.e === 'hello') {
      if (frame.v !== PROTOCOL_VERSION) {
        this.#stop({ denied: false, code: 4426 });
        return;
      }
      this.beat = Math.min(HEARTBEAT[1], Math.max(HEARTBEAT[0], frame.hb));
      this.#silence = 2 * this.beat;
      this.#greeted = true;
      this.stranded = false;
      this.#diagnosis = undefined;
      if (this.detour) this.quietUntil = moment.now + TIMING.quiet;
    } else if (frame?.e === 'bye') {
      this.#bye = frame;
      if (frame.again !== undefined) this.#againAt = moment.now + within(frame.again, moment.random, LONGEST_AGAIN);
    }
    this.#probing = false;
    this.#deadline = moment.now + this.#silence;
  }

  /** The socket closed by itself. Says what the code asks for. */
  closed(code: number, moment: Now, impossible = false): CloseVerdict {
    const { now, random } = moment;
    const healthy = this.#greeted && now - this.#openedAt >= TIMING.uptime;
    if (healthy) {
      this.#failures = 0;
      this.#strikes = 0;
      this.#refused = false;
    }
    const verdict = closeVerdict(code);
    const bye = this.#bye;
    const passing = bye === undefined && (verdict === 'retry' || verdict === 'idle');
    // A handshake that hung for so long, or cannot be, needs no second try to be called blocked.
    const blocked = impossible || (!this.#greeted && now - this.#startedAt >= TIMING.handshake);
    if (passing) this.#strikes += blocked ? TIMING.strikes : 1;
    this.stranded = !this.#greeted && passing;
    this.#greeted = false;
    this.failed = true;
    this.quietUntil = -Infinity;
    this.#deadline = Infinity;
    this.#closeAt = undefined;
    this.#bye = undefined;
    if (verdict === 'stop' || (verdict === 'refresh' && this.#refused)) {
      this.#stop({ denied: verdict === 'refresh', code });
      return 'stop';
    }
    if (verdict === 'refresh') this.#refused = true;
    const delay = bye === undefined ? backoff(this.#failures, random) : within(bye.retry, random, LONGEST_RETRY);
    // A server that says goodbye over and over is a failing one, whatever it says.
    const least = this.detour ? TIMING.ceiling * (1 + random) : this.#failures === 0 ? 0 : backoff(this.#failures - 1, random);
    this.#failures += 1;
    this.#patient = bye !== undefined;
    this.#wait(now + Math.max(delay, least), moment);
    return verdict;
  }

  tick(moment: Now): void {
    const { now } = moment;
    if (now >= this.quietUntil) this.quietUntil = -Infinity;
    // A handshake that hangs for so long needs no second try to be called blocked; it may still come to something.
    if (now >= this.#patientUntil()) this.#strikes = TIMING.strikes;
    if (this.phase === 'waiting' && now >= this.#connectAt) this.#connect(moment);
    else if (this.#closeAt !== undefined && now >= this.#closeAt) this.#drop();
    else if (this.#alive() && now >= this.#deadline) {
      this.#abandon();
      this.closed(1006, moment);
    } else if (now >= this.#leaveAt()) {
      this.#abandon();
      this.quietUntil = now + TIMING.quiet;
      this.#wait(now, moment);
    }
  }

  /** Something says that the network may be back, or gone unnoticed. */
  wake(moment: Now): void {
    if (this.phase === 'open' && !this.#probing) {
      this.#probing = true;
      this.#deadline = Math.min(this.#deadline, moment.now + TIMING.probe);
      this.#effects.push({ do: 'send', generation: this.generation, text: PROBE });
    } else if (this.phase === 'waiting' && !this.#patient) {
      this.#wait(Math.min(this.#connectAt, Math.max(moment.now, this.#startedAt + TIMING.apart)), moment);
    }
  }

  /** Somebody does not want to wait. */
  retry(moment: Now): void {
    this.#failures = 0;
    this.#refused = false;
    this.verdict = undefined;
    if (this.phase === 'stopped') this.phase = 'idle';
    // An attempt that has hung for a while is not waited for.
    const hangs = this.phase === 'opening' && moment.now >= this.#startedAt + TIMING.apart;
    if (hangs) this.#abandon();
    if (hangs || this.phase === 'waiting') this.#wait(moment.now, moment);
    else this.#connectAt = -Infinity;
  }

  /** When `tick` has something to do, monotonic. */
  due(): number {
    return earliest(
      this.phase === 'waiting' ? this.#connectAt : undefined,
      this.#alive() ? this.#deadline : undefined,
      this.#leaveAt(),
      this.#patientUntil(),
      this.#closeAt,
      this.quietUntil === -Infinity ? undefined : this.quietUntil,
    );
  }

  /** When the socket is given up by choice; not before it has lived for a while, whatever the server says. */
  #leaveAt(): number {
    return this.phase === 'open' && this.#againAt !== undefined ? Math.max(this.#againAt, this.#openedAt + TIMING.uptime) : Infinity;
  }

  /** When another way is looked for while the handshake hangs. */
  #patientUntil(): number {
    return this.#alive() && !this.#greeted && this.#strikes < TIMING.strikes ? this.#startedAt + TIMING.patience : Infinity;
  }

  #alive(): boolean {
    return this.phase === 'opening' || this.phase === 'open';
  }

  #wait(at: number, moment: Now): void {
    this.phase = 'waiting';
    this.#connectAt = at;
    this.retryAt = moment.wall + Math.max(0, at - moment.now);
    if (at <= moment.now) this.#connect(moment);
  }

  #connect({ now }: Now): void {
    this.phase = 'opening';
    this.retryAt = undefined;
    this.generation += 1;
    this.#startedAt = now;
    this.#silence = TIMING.handshake;
    this.#deadline = now + TIMING.handshake;
    this.#probing = false;
    this.#patient = false;
    this.#greeted = false;
    this.#bye = undefined;
    if (this.#againAt !== undefined && this.#againAt <= now) this.#againAt = undefined;
    this.#effects.push({ do: 'connect', generation: this.generation });
  }

  #abandon(): void {
    this.#effects.push({ do: 'abandon', generation: this.generation });
    // Whatever the abandoned socket still says has a generation that is over.
    this.generation += 1;
  }

  #drop(): void {
    if (this.phase !== 'idle') this.#abandon();
    this.phase = 'idle';
    this.retryAt = undefined;
    this.#deadline = Infinity;
    this.#closeAt = undefined;
    this.#againAt = undefined;
    this.quietUntil = -Infinity;
  }

  #stop(verdict: { readonly denied: boolean; readonly code: number }): void {
    this.#drop();
    this.phase = 'stopped';
    this.verdict = verdict;
  }
}
