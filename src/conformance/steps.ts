import type { Body } from './body.ts';
import type { Pattern } from './pattern.ts';
import type { TopicSpec } from './topics.ts';

/*
 * The steps that cases consist of. In every text, `<x>` with a single letter is the channel of a log that only this case
 * uses, and `<name>` is a value that a step saved by that name.
 */

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A request, for a log unless it has a path. */
export interface RequestSpec {
  readonly method?: Method;
  /** Letter of the log. @default 'a' */
  readonly log?: string;
  /** The path below the base path, sent as it is. */
  readonly path?: string;
  /** Without the `?`. */
  readonly query?: string;
  /** 'none' sends no topic. @default one that allows the method */
  readonly topic?: TopicSpec | 'none';
  /** Where the topic is sent; `spaced`: in the query, with its `+` not encoded. @default 'header' */
  readonly topicIn?: 'header' | 'query' | 'spaced';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
}

/** The expected answer; anything not named may have any value. */
export interface AnswerSpec {
  readonly status: number | readonly number[];
  /** By names in lower case. */
  readonly headers?: Readonly<Record<string, Pattern>>;
  readonly json?: Pattern;
  readonly text?: Pattern;
  /** Objects, one on each line; those that only say how far a search has come are left out. */
  readonly objects?: readonly Pattern[];
  /** Bytes of text in all lines of a page. */
  readonly lineBytes?: readonly [min: number, max: number];
}

/** Lines in `msg` frames, each of which continues right after the one before. */
export interface LinesSpec {
  readonly log: string;
  /** The name their epoch is saved by; the first use of a name saves it. */
  readonly epoch: string;
  /** The number of the first. */
  readonly from: number;
  /** Texts or lines; a number stands for the numbered lines up to it. */
  readonly lines: readonly Pattern[] | number;
}

export type CaseStep = HttpStep | StreamStep | SocketStep | FrameStep | OtherStep;

export type HttpStep =
  /** Sends a request and checks its answer. `retry` repeats it until the answer is as expected. */
  { readonly do: 'request'; readonly request: RequestSpec; readonly expect: AnswerSpec; readonly retry?: true };

/** A request whose body or answer is streamed. */
export type StreamStep =
  /** Sends the head, and if `whole` the empty body; else later steps write the body. */
  | { readonly do: 'open'; readonly as: string; readonly request: RequestSpec; readonly whole: boolean }
  | { readonly do: 'write'; readonly to: string; readonly body: Body }
  /** Writes a small body `times` times, once every `every` ms. */
  | { readonly do: 'drip'; readonly to: string; readonly body: Body; readonly times: number; readonly every: number }
  | { readonly do: 'finish'; readonly of: string }
  /** Cuts the connection. */
  | { readonly do: 'break'; readonly of: string }
  | { readonly do: 'answer'; readonly of: string; readonly expect: AnswerSpec }
  /** Checks status and headers of an answer that has not ended. */
  | { readonly do: 'head'; readonly of: string; readonly expect: Pick<AnswerSpec, 'status' | 'headers'> }
  /** The answer continues with exactly this text. */
  | { readonly do: 'text'; readonly of: string; readonly text: string }
  /** The next server-sent event. */
  | { readonly do: 'event'; readonly of: string; readonly id: Pattern; readonly data: Pattern }
  /** `msg` events that contain these lines. */
  | ({ readonly do: 'event lines'; readonly of: string } & LinesSpec)
  | { readonly do: 'comment'; readonly of: string; readonly beats: number }
  /** An event with only this id, within so many heartbeats; other events may come before. */
  | { readonly do: 'id'; readonly of: string; readonly id: Pattern; readonly beats: number }
  /** The answer ends here, complete or broken off. */
  | { readonly do: 'over'; readonly of: string; readonly how: 'complete' | 'broken' };

export type SocketStep =
  | {
      readonly do: 'connect';
      readonly socket: string;
      readonly protocols?: readonly string[];
      readonly origin?: string;
      readonly query?: string;
      readonly expect?: { readonly protocol?: Pattern; readonly extensions?: Pattern };
    }
  /** Sends JSON; names in keys are filled in too. */
  | { readonly do: 'send'; readonly socket: string; readonly frame: Pattern }
  /** Sends a text or binary message as it is. */
  | { readonly do: 'send raw'; readonly socket: string; readonly body: Body; readonly binary: boolean }
  | {
      readonly do: 'subscribe';
      readonly socket: string;
      readonly entries: readonly { readonly topic: TopicSpec; readonly at: string | number }[];
      /** Of how many lines the tail is wanted. */
      readonly tail?: number;
    }
  /** Subscribes `count` logs that were never written to, in frames of 25. */
  | { readonly do: 'subscribe many'; readonly socket: string; readonly count: number }
  | { readonly do: 'closed'; readonly socket: string; readonly code: number }
  /** Reads nothing from the connection until `resume`. */
  | { readonly do: 'stall' | 'resume'; readonly socket: string };

/** Checks of frames. Heartbeats and unknown frames are ignored unless the step expects them. */
export type FrameStep =
  | { readonly do: 'frame'; readonly socket: string; readonly frame: Pattern }
  /** These frames, in any order. */
  | { readonly do: 'frames'; readonly socket: string; readonly frames: readonly Pattern[] }
  /** `times` frames like this. */
  | { readonly do: 'repeated'; readonly socket: string; readonly frame: Pattern; readonly times: number }
  /** `msg` frames that contain these lines. */
  | ({ readonly do: 'lines'; readonly socket: string } & LinesSpec)
  /**
   * `msg` and `ack` frames until the head: each `msg` continues after the one before, unless an `ack` moves the position. With
   * `tail`, the last lines of a tail of so many; no more of them at a time, and no more often since the last `drip`, than it allows
   * where each batch has to skip some.
   */
  | {
      readonly do: 'catch up';
      readonly socket: string;
      readonly log: string;
      readonly epoch: string;
      readonly from: number;
      readonly head: number;
      readonly skips: boolean;
      readonly tail?: number;
    }
  /** `part` frames until this one, at most ten a second since the last `drip`, if there was one. */
  | { readonly do: 'parts'; readonly socket: string; readonly until: Pattern }
  /** Sends a probe. The next frames are `hb` with these heads, at most 100 in a frame. */
  | { readonly do: 'probe'; readonly socket: string; readonly heads: Readonly<Record<string, Pattern>>; readonly only?: true }
  /** Unsolicited `hb` frames until they named these heads. */
  | { readonly do: 'heads'; readonly socket: string; readonly heads: Readonly<Record<string, Pattern>>; readonly beats: number }
  /** Unsolicited `hb` frames, at most 100 heads in each, until they named all logs of `subscribe many`. */
  | { readonly do: 'beats'; readonly socket: string; readonly count: number; readonly beats: number };

export type OtherStep =
  | { readonly do: 'sign'; readonly topic: TopicSpec }
  | { readonly do: 'wait'; readonly ms: number }
  /** Ends the case as not testable unless the server gave a line this `extra`: that is its own choice. */
  | { readonly do: 'marked'; readonly log: string; readonly line: number; readonly extra: Pattern }
  /** Ends the case as not testable if the server answers a request with 404: it may do without this resource. */
  | { readonly do: 'offered'; readonly request: RequestSpec }
  /** The values saved by two names differ. */
  | { readonly do: 'differ'; readonly names: readonly [string, string] }
  /** A page of this origin is allowed either both HTTP and WebSockets, or neither. */
  | { readonly do: 'origin'; readonly origin: string };

/** One statement of a rule, as it can be observed from outside. */
export interface Case {
  readonly rule: string;
  /** The statement, in a sentence. */
  readonly title: string;
  readonly steps: readonly CaseStep[];
  /** How many heartbeats it waits for; skipped where that takes too long. */
  readonly beats?: number;
  /** A feature that it is about (PROTOCOL.md H17); skipped if the server does not list it in `hello`. */
  readonly feature?: string;
}

/** A rule, or a part of one, that cannot be observed from outside. */
export interface Untestable {
  readonly rule: string;
  readonly title: string;
  readonly why: string;
}
