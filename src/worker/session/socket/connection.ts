import { closeVerdict, type CloseVerdict } from '../../../protocol/close-codes.ts';
import { LIMITS, PROTOCOL_VERSION } from '../../../protocol/limits.ts';
import { PROBE, type Bye, type Interval, type ServerFrame } from '../../../protocol/messages.ts';
import { needsFallback, type Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { Effect } from '../events.ts';
import { backoff, delayWithin, earliest, TIMING, type Now } from '../timing.ts';

const HEARTBEAT: Interval = [1_000, 300_000];
const LONGEST_RETRY = 300_000;
const LONGEST_AGAIN = 3_600_000;

export type ConnectionPhase = 'idle' | 'waiting' | 'opening' | 'open' | 'stopped';

/** Why a connection stopped. */
export interface Stop {
  readonly denied: boolean;
  readonly code: number;
}

/**
 * The one socket of a session: when it opens, when it counts as dead, when to reconnect. Every socket has a generation;
 * events of an older one are ignored.
 *
 * ```text
 *          topic needed            delay over               opened
 *   idle ───────────────▶ waiting ────────────▶ opening ───────────────▶ open
 *    ▲                     │   ▲                 │   │                   │   │
 *    │                     │   ├───── failed ────┘   │                   │   │
 *    │                     │   └─ closed, silent, or told to move (bye) ─┘   │
 *    └── no topic needed ──┴─────────────────────────┴───────────────────────┘
 *
 *   any ── refused for good, or another protocol version ──▶ stopped ── retry ──▶ idle
 * ```
 *
 * Beside the phase: `blocked` (several handshakes failed, so the HTTP fallback takes over while this keeps trying) and
 * the diagnosis of why.
 */
export class Connection {
  readonly #effects: Effect[];
  #phase: ConnectionPhase = 'idle';
  #generation = 0;
  #online = true;
  #hasFailed = false;
  #stopReason: Stop | undefined;
  #retryAt: number | undefined;
  /** Until then a planned reconnect is not reported as a state change. */
  #hiddenUntil = -Infinity;
  #fallbackWorks = false;
  #fallbackFails = false;
  #heartbeat: number = LIMITS.heartbeat;

  #failures = 0;
  #startedAt = -Infinity;
  #openedAt = 0;
  /** While waiting or idle: no attempt before. */
  #connectAt = -Infinity;
  /** While opening or open: the socket is dead if it stays silent until then. */
  #deadline = Infinity;
  #longestSilence: number = TIMING.handshake;
  #probing = false;
  #bye: Bye | undefined;
  /** The server asked for this delay: only a person shortens it. */
  #serverDelay = false;
  #leaveAfter: number | undefined;
  #closeAt: number | undefined;
  /** The server refused the tokens of the previous attempt. */
  #refused = false;
  /** The server said hello on this socket … */
  #greeted = false;
  /** … and named these features. */
  #features: readonly string[] = [];
  #handshakeFailed = false;
  /** Sockets in a row that did not last, without the server asking for that. */
  #failedHandshakes = 0;
  #diagnosing = false;
  #wasDiagnosed = false;
  #diagnosis: Diagnosis | undefined;

  constructor(effects: Effect[]) {
    this.#effects = effects;
  }

  get phase(): ConnectionPhase {
    return this.#phase;
  }

  get generation(): number {
    return this.#generation;
  }

  get online(): boolean {
    return this.#online;
  }

  /** An attempt failed, or a socket was lost, since the session began. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Why it stopped; it does not open again before `retry`. */
  get stopReason(): Stop | undefined {
    return this.#stopReason;
  }

  /** While waiting: when the next attempt starts, unix ms. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }

  /** The HTTP fallback delivers the logs: nothing waits for the socket. */
  get fallbackWorks(): boolean {
    return this.#fallbackWorks;
  }

  /** The last attempt failed before the server said hello. */
  get handshakeFailed(): boolean {
    return this.#handshakeFailed;
  }

  /** Heartbeat of the server, as far as it is known, ms. */
  get heartbeat(): number {
    return this.#heartbeat;
  }

  /** A planned reconnect is under way that is not reported as a state change. */
  isReconnectHidden({ monotonic }: Now): boolean {
    return monotonic < this.#hiddenUntil;
  }

  /** Whether logs are delivered, or only a hidden reconnect is under way. */
  isUp(now: Now): boolean {
    return this.ready || this.#fallbackWorks || this.isReconnectHidden(now);
  }

  /**
   * Whether topics can be subscribed. The server's hello, its first frame, says how; where sockets are blocked, some open
   * nevertheless and then stay silent.
   */
  get ready(): boolean {
    return this.#phase === 'open' && this.#greeted;
  }

  /** Whether the server of this socket can do something beyond the required protocol. */
  has(feature: string): boolean {
    return this.#features.includes(feature);
  }

  /** Sockets do not seem to get through. */
  get blocked(): boolean {
    return this.#failedHandshakes >= TIMING.failedHandshakes && !this.#greeted && this.#phase !== 'stopped';
  }

  /** Why attempts fail, where that is known. That something blocks WebSockets is believed only after several failures. */
  get diagnosis(): Diagnosis | undefined {
    return this.#diagnosis?.cause === 'websocket' && !this.blocked ? undefined : this.#diagnosis;
  }

  /** The first failure is not reported yet: it is being diagnosed, or the fallback is being tried for the first time. */
  get undecided(): boolean {
    return (this.#diagnosing && !this.#wasDiagnosed) || (needsFallback(this.#diagnosis) && !this.#fallbackFails);
  }

  setOnline(online: boolean): void {
    this.#online = online;
  }

  diagnosing(): void {
    this.#diagnosing = true;
  }

  diagnosed(diagnosis: Diagnosis | undefined): void {
    this.#diagnosing = false;
    this.#wasDiagnosed = true;
    // A socket may have opened meanwhile.
    if (!this.#handshakeFailed) return;
    this.#diagnosis = diagnosis;
    // No need to wait for more failures.
    if (needsFallback(diagnosis)) this.#countAsBlocked();
  }

  /** How the HTTP fallback does. When it stops working, the socket is tried at once. */
  setFallback(works: boolean, fails: boolean, now: Now): void {
    const lost = this.#fallbackWorks && !works && this.#phase === 'waiting';
    this.#fallbackWorks = works;
    this.#fallbackFails = fails;
    if (lost) this.wake(now);
  }

  /** Whether any topic needs the socket. */
  need(wanted: boolean, now: Now): void {
    if (wanted) {
      this.#closeAt = undefined;
      if (this.#phase === 'idle') this.#wait(Math.max(this.#connectAt, this.#startedAt + TIMING.apart), now);
    } else if (this.#phase === 'open') {
      this.#closeAt ??= now.monotonic + TIMING.linger;
    } else if (this.#phase !== 'idle' && this.#phase !== 'stopped') {
      this.#drop();
    }
  }

  /** There are no tabs: nothing is going to need a lingering socket. */
  noTabs(): void {
    if (this.#closeAt !== undefined) this.#drop();
  }

  opened({ monotonic }: Now): void {
    this.#enter('open');
    this.#openedAt = monotonic;
  }

  /** Whether frames of this generation count. */
  isCurrent(generation: number): boolean {
    return generation === this.#generation && this.#alive();
  }

  /** A frame arrived; undefined for one that cannot be read, which shows all the same that the socket is alive. */
  received(frame: ServerFrame | undefined, now: Now): void {
    if (frame?.e === 'hello') {
      if (frame.v !== PROTOCOL_VERSION) {
        this.#stop({ denied: false, code: 4426 });
        return;
      }
      this.#heartbeat = Math.min(HEARTBEAT[1], Math.max(HEARTBEAT[0], frame.hb));
      this.#longestSilence = 2 * this.#heartbeat;
      this.#greeted = true;
      this.#features = frame.has;
      this.#handshakeFailed = false;
      this.#diagnosis = undefined;
      if (this.#fallbackWorks) this.#hiddenUntil = now.monotonic + TIMING.hiddenReconnect;
    } else if (frame?.e === 'bye') {
      this.#bye = frame;
      if (frame.again !== undefined) this.#leaveAfter = now.monotonic + delayWithin(frame.again, now.random, LONGEST_AGAIN);
    }
    this.#probing = false;
    this.#deadline = now.monotonic + this.#longestSilence;
  }

  /** The socket closed. Returns what its code asks for. */
  closed(code: number, now: Now, unsupported = false): CloseVerdict {
    const { monotonic, random } = now;
    if (this.#greeted && monotonic - this.#openedAt >= TIMING.uptime) {
      this.#failures = 0;
      this.#failedHandshakes = 0;
      this.#refused = false;
    }
    const verdict = closeVerdict(code);
    const bye = this.#bye;
    const unexpected = bye === undefined && (verdict === 'retry' || verdict === 'idle');
    const hung = !this.#greeted && monotonic - this.#startedAt >= TIMING.handshake;
    if (unexpected) this.#failedHandshakes += unsupported || hung ? TIMING.failedHandshakes : 1;
    this.#handshakeFailed = !this.#greeted && unexpected;
    this.#greeted = false;
    this.#hasFailed = true;
    this.#hiddenUntil = -Infinity;
    this.#deadline = Infinity;
    this.#closeAt = undefined;
    this.#bye = undefined;
    if (verdict === 'stop' || (verdict === 'refresh' && this.#refused)) {
      this.#stop({ denied: verdict === 'refresh', code });
      return 'stop';
    }
    if (verdict === 'refresh') this.#refused = true;
    const delay = bye === undefined ? backoff(this.#failures, random) : delayWithin(bye.retry, random, LONGEST_RETRY);
    // A server that says goodbye over and over is failing, whatever delay it names.
    const least = this.#fallbackWorks ? TIMING.ceiling * (1 + random) : this.#failures === 0 ? 0 : backoff(this.#failures - 1, random);
    this.#failures += 1;
    this.#serverDelay = bye !== undefined;
    this.#wait(monotonic + Math.max(delay, least), now);
    return verdict;
  }

  tick(now: Now): void {
    const { monotonic } = now;
    if (monotonic >= this.#hiddenUntil) this.#hiddenUntil = -Infinity;
    // It may still succeed.
    if (monotonic >= this.#blockedAt()) this.#countAsBlocked();
    if (this.#phase === 'waiting' && monotonic >= this.#connectAt) this.#connect(now);
    else if (this.#closeAt !== undefined && monotonic >= this.#closeAt) this.#drop();
    else if (this.#alive() && monotonic >= this.#deadline) {
      this.#abandon();
      this.closed(1006, now);
    } else if (monotonic >= this.#leaveAt()) {
      this.#abandon();
      this.#hiddenUntil = monotonic + TIMING.hiddenReconnect;
      this.#wait(monotonic, now);
    }
  }

  /** The network may be back, or may have gone unnoticed. */
  wake(now: Now): void {
    if (this.#phase === 'open' && !this.#probing) {
      this.#probing = true;
      this.#deadline = Math.min(this.#deadline, now.monotonic + TIMING.probe);
      this.#effects.push({ do: 'send', generation: this.#generation, text: PROBE });
    } else if (this.#phase === 'waiting' && !this.#serverDelay) {
      this.#wait(Math.min(this.#connectAt, Math.max(now.monotonic, this.#startedAt + TIMING.apart)), now);
    }
  }

  /** A person wants another attempt now. */
  retry(now: Now): void {
    this.#failures = 0;
    this.#refused = false;
    this.#stopReason = undefined;
    if (this.#phase === 'stopped') this.#enter('idle');
    const hangs = this.#phase === 'opening' && now.monotonic >= this.#startedAt + TIMING.apart;
    if (hangs) this.#abandon();
    if (hangs || this.#phase === 'waiting') this.#wait(now.monotonic, now);
    else this.#connectAt = -Infinity;
  }

  /** When `tick` has something to do, monotonic. */
  due(): number {
    return earliest(
      this.#phase === 'waiting' ? this.#connectAt : undefined,
      this.#alive() ? this.#deadline : undefined,
      this.#leaveAt(),
      this.#blockedAt(),
      this.#closeAt,
      this.#hiddenUntil === -Infinity ? undefined : this.#hiddenUntil,
    );
  }

  #enter(phase: ConnectionPhase): void {
    this.#phase = phase;
  }

  /** When to leave for another socket as the server asked, but not before this one has lasted for a while. */
  #leaveAt(): number {
    return this.#phase === 'open' && this.#leaveAfter !== undefined ? Math.max(this.#leaveAfter, this.#openedAt + TIMING.uptime) : Infinity;
  }

  /** When a handshake that is under way counts as blocked. */
  #blockedAt(): number {
    const undecided = this.#alive() && !this.#greeted && this.#failedHandshakes < TIMING.failedHandshakes;
    return undecided ? this.#startedAt + TIMING.slowHandshake : Infinity;
  }

  #countAsBlocked(): void {
    this.#failedHandshakes = Math.max(this.#failedHandshakes, TIMING.failedHandshakes);
  }

  #alive(): boolean {
    return this.#phase === 'opening' || this.#phase === 'open';
  }

  #wait(at: number, now: Now): void {
    this.#enter('waiting');
    this.#connectAt = at;
    this.#retryAt = now.wall + Math.max(0, at - now.monotonic);
    if (at <= now.monotonic) this.#connect(now);
  }

  #connect({ monotonic }: Now): void {
    this.#enter('opening');
    this.#retryAt = undefined;
    this.#generation += 1;
    this.#startedAt = monotonic;
    this.#longestSilence = TIMING.handshake;
    this.#deadline = monotonic + TIMING.handshake;
    this.#probing = false;
    this.#serverDelay = false;
    this.#greeted = false;
    this.#bye = undefined;
    if (this.#leaveAfter !== undefined && this.#leaveAfter <= monotonic) this.#leaveAfter = undefined;
    this.#effects.push({ do: 'connect', generation: this.#generation });
  }

  #abandon(): void {
    this.#effects.push({ do: 'abandon', generation: this.#generation });
    // Events of the abandoned socket no longer match.
    this.#generation += 1;
  }

  #drop(): void {
    if (this.#phase !== 'idle') this.#abandon();
    this.#enter('idle');
    this.#retryAt = undefined;
    this.#deadline = Infinity;
    this.#closeAt = undefined;
    this.#leaveAfter = undefined;
    this.#hiddenUntil = -Infinity;
  }

  #stop(reason: Stop): void {
    this.#drop();
    this.#enter('stopped');
    this.#stopReason = reason;
  }
}
