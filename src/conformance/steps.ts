import type { Body } from './body.ts';
import type { Pattern } from './pattern.ts';
import type { TopicSpec } from './topics.ts';

/*
 * The words that cases are made of. In every text `<x>` with a single letter is the channel of a log that only this case uses, and
 * `<name>` what a step saved or signed by that name.
 */

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A request; for a log, unless it has a path. */
export interface RequestSpec {
  readonly method?: Method;
  /** Letter of the log. @default 'a' */
  readonly log?: string;
  /** Path below the base path, sent as it is. */
  readonly path?: string;
  /** Without the `?`. */
  readonly query?: string;
  /** @default one that allows what the method does; 'none': no topic is sent */
  readonly topic?: TopicSpec | 'none';
  /** Where the topic goes; `spaced`: in the query, with its `+` as they are. @default 'header' */
  readonly topicIn?: 'header' | 'query' | 'spaced';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
}

/** What is expected of an answer; what is not named may be anything. */
export interface AnswerSpec {
  readonly status: number | readonly number[];
  /** By names in lower case. */
  readonly headers?: Readonly<Record<string, Pattern>>;
  readonly json?: Pattern;
  readonly text?: Pattern;
  /** Bytes of the text of all lines of a page. */
  readonly lineBytes?: readonly [min: number, max: number];
}

/** Lines that `msg` frames bring, each frame right behind the one before. */
export interface LinesSpec {
  readonly log: string;
  /** What their epoch is known as; a name that is not known yet is known from then on. */
  readonly epoch: string;
  /** Number of the first. */
  readonly from: number;
  /** Texts or lines; a number: numbered ones up to that. */
  readonly lines: readonly Pattern[] | number;
}

export type CaseStep = HttpStep | StreamStep | SocketStep | FrameStep | OtherStep;

export type HttpStep =
  /** Sends a request and checks its answer. `retry`: again until the answer is as expected. */
  { readonly do: 'request'; readonly request: RequestSpec; readonly expect: AnswerSpec; readonly retry?: true };

/** A request whose body or answer takes its time. */
export type StreamStep =
  /** Sends the head; the body is written by later steps unless `whole`. */
  | { readonly do: 'open'; readonly as: string; readonly request: RequestSpec; readonly whole: boolean }
  | { readonly do: 'write'; readonly to: string; readonly body: Body }
  /** Writes a small body so often, one every so many ms. */
  | { readonly do: 'drip'; readonly to: string; readonly body: Body; readonly times: number; readonly every: number }
  | { readonly do: 'finish'; readonly of: string }
  /** Cuts the connection. */
  | { readonly do: 'break'; readonly of: string }
  | { readonly do: 'answer'; readonly of: string; readonly expect: AnswerSpec }
  /** Status and headers only, of an answer that goes on. */
  | { readonly do: 'head'; readonly of: string; readonly expect: Pick<AnswerSpec, 'status' | 'headers'> }
  /** The next characters of the answer are exactly these. */
  | { readonly do: 'text'; readonly of: string; readonly text: string }
  /** The next server-sent event. */
  | { readonly do: 'event'; readonly of: string; readonly id: Pattern; readonly data: Pattern }
  /** As many `msg` events as it takes to bring these lines. */
  | ({ readonly do: 'event lines'; readonly of: string } & LinesSpec)
  | { readonly do: 'comment'; readonly of: string; readonly beats: number }
  /** Nothing more comes, and the answer was completed or broken off. */
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
  /** Sends JSON, keys filled in as well. */
  | { readonly do: 'send'; readonly socket: string; readonly frame: Pattern }
  /** Sends a message as it is; `binary` says of which kind. */
  | { readonly do: 'send raw'; readonly socket: string; readonly body: Body; readonly binary: boolean }
  | {
      readonly do: 'subscribe';
      readonly socket: string;
      readonly entries: readonly { readonly topic: TopicSpec; readonly at: string | number }[];
    }
  /** Subscribes that many logs of which nothing was written, in frames of 25. */
  | { readonly do: 'subscribe many'; readonly socket: string; readonly count: number }
  | { readonly do: 'closed'; readonly socket: string; readonly code: number }
  /** Takes nothing from the connection, until `resume`. */
  | { readonly do: 'stall' | 'resume'; readonly socket: string };

/** Frames that come: `hb` and what the protocol does not know are passed over where they are not asked for. */
export type FrameStep =
  | { readonly do: 'frame'; readonly socket: string; readonly frame: Pattern }
  /** These, in any order. */
  | { readonly do: 'frames'; readonly socket: string; readonly frames: readonly Pattern[] }
  /** That many like this. */
  | { readonly do: 'repeated'; readonly socket: string; readonly frame: Pattern; readonly times: number }
  /** As many `msg` as it takes to bring these lines. */
  | ({ readonly do: 'lines'; readonly socket: string } & LinesSpec)
  /** `msg` and `ack` until the head is reached: what comes begins behind what came before, or an `ack` says where it goes on. */
  | {
      readonly do: 'catch up';
      readonly socket: string;
      readonly log: string;
      readonly epoch: string;
      readonly from: number;
      readonly head: number;
      readonly skips: boolean;
    }
  /** `part` frames until this one; no more than ten a second of the last `drip`, if there was one. */
  | { readonly do: 'parts'; readonly socket: string; readonly until: Pattern }
  /** Probes, and nothing but `hb` comes before the answer: heads like these, at most 100 in a frame. */
  | { readonly do: 'probe'; readonly socket: string; readonly heads: Readonly<Record<string, Pattern>>; readonly only?: true }
  /** Heads in `hb` frames that come by themselves, until these were named. */
  | { readonly do: 'heads'; readonly socket: string; readonly heads: Readonly<Record<string, Pattern>>; readonly beats: number }
  /** The same, at most 100 in a frame, until all logs of `subscribe many` were named. */
  | { readonly do: 'beats'; readonly socket: string; readonly count: number; readonly beats: number };

export type OtherStep =
  | { readonly do: 'sign'; readonly topic: TopicSpec }
  | { readonly do: 'wait'; readonly ms: number }
  /** What was saved by a name is something else than what was saved by another. */
  | { readonly do: 'differ'; readonly names: readonly [string, string] }
  /** What a page of an origin may do over HTTP and over a WebSocket is the same. */
  | { readonly do: 'origin'; readonly origin: string };

/** One thing that a rule says, as it can be seen from outside. */
export interface Case {
  readonly rule: string;
  /** What is so, in a sentence. */
  readonly title: string;
  readonly steps: readonly CaseStep[];
  /** Needs heartbeats to come: not run where that takes too long. */
  readonly beats?: number;
}

/** A rule, or a part of one, that nobody can see from outside. */
export interface Untestable {
  readonly rule: string;
  readonly title: string;
  readonly why: string;
}
