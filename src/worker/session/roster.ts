import { readTopic, type TopicClaims } from '../../protocol/topic.ts';
import type { SegmentCache } from './cache.ts';
import { Candidates } from './candidates.ts';
import type { Effect, PollResult } from './events.ts';
import type { Moment } from './pacing.ts';
import { Subject } from './subject.ts';
import type { Handle } from './topic.ts';
import type { View } from './view.ts';

export interface RosterOptions {
  readonly cache: SegmentCache;
  readonly effects: Effect[];
  readonly nextId: () => number;
  /** Something happened to a subject. */
  readonly touched: (subject: Subject) => void;
  /** A subject is not followed any more. */
  readonly gone: (subject: Subject) => void;
}

/**
 * Who follows what: one subject for each channel, shared by everybody whose signature the server accepted. A page may be
 * of another user than the one before, or make its signatures up: until the server has accepted one it is alone with it.
 */
export class Roster {
  /** By channel. */
  readonly subjects = new Map<string, Subject>();
  readonly candidates: Candidates;
  readonly #options: RosterOptions;
  /** Which subject a handle belongs to. */
  readonly #handles = new Map<number, Subject>();

  constructor(options: RosterOptions) {
    this.#options = options;
    this.candidates = new Candidates(options.effects, options.nextId);
  }

  /** Everything that is followed, or waits to be. */
  *all(): Generator<Subject> {
    yield* this.subjects.values();
    yield* this.candidates;
  }

  /** What a handle opened. */
  of(log: number): Subject | undefined {
    return this.#handles.get(log);
  }

  open(log: number, signed: string, refreshable: boolean, moment: Moment): void {
    const claims = readTopic(signed);
    if (claims === undefined || this.#handles.has(log)) return;
    let subject = this.subjects.get(claims.channel);
    if (subject === undefined) this.subjects.set(claims.channel, (subject = new Subject(signed, claims, this.#options.cache)));
    else if (!subject.proven || subject.admits(signed, moment)) subject.renew(signed);
    else subject = this.#candidate(signed, claims);
    this.#join(subject, { id: log, signed, refreshable, visible: true, views: new Map<number, View>(), told: undefined });
  }

  close(log: number): void {
    const subject = this.#handles.get(log);
    if (subject === undefined) return;
    this.#handles.delete(log);
    this.#leave(subject, log);
  }

  /** What the server says of a signature that somebody waits with. */
  polled(id: number, result: PollResult, moment: Moment): void {
    const candidate = this.candidates.polled(id, result, moment);
    if (candidate === undefined) return;
    const { channel, signed, handles } = candidate.topic;
    const first = this.subjects.get(channel);
    this.candidates.drop(candidate);
    candidate.accept(signed);
    if (first?.genuine === true) {
      first.accept(signed);
      first.renew(signed);
      for (const handle of handles.values()) this.#join(first, handle);
      return;
    }
    // Whoever was there first has nothing to show for it, and waits now.
    this.subjects.set(channel, candidate);
    this.#options.touched(candidate);
    if (first === undefined) return;
    this.#options.gone(first);
    first.disconnected(false, moment);
    this.candidates.add(first);
    this.#options.touched(first);
  }

  /** Sends away who shares a subject with others, and has to answer for a signature of its own. */
  separate(subject: Subject): void {
    for (const handle of subject.strangers()) {
      const claims = readTopic(handle.signed);
      if (claims === undefined) continue;
      this.#leave(subject, handle.id);
      this.#join(this.#candidate(handle.signed, claims), handle);
    }
  }

  /** Those who wait for the server's word about this signature. */
  #candidate(signed: string, claims: TopicClaims): Subject {
    const known = this.candidates.find(signed);
    if (known !== undefined) return known;
    const subject = new Subject(signed, claims, this.#options.cache);
    this.candidates.add(subject);
    return subject;
  }

  #join(subject: Subject, handle: Handle): void {
    this.#handles.set(handle.id, subject);
    subject.topic.handles.set(handle.id, handle);
    this.#options.touched(subject);
  }

  #leave(subject: Subject, log: number): void {
    const { channel, handles } = subject.topic;
    handles.delete(log);
    this.#options.touched(subject);
    if (handles.size > 0) return;
    if (this.candidates.has(subject)) this.candidates.drop(subject);
    else this.subjects.delete(channel);
    this.#options.gone(subject);
  }
}
