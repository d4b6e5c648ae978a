import { randomBytes } from 'node:crypto';
import { readSecrets, type SecretsInput } from '../protocol/secrets.ts';
import { CASES, isUntestable } from './cases/index.ts';
import { HttpExchange } from './http-exchange.ts';
import { runCase, type CaseOutcome } from './run-case.ts';
import type { Case, Untestable } from './steps.ts';
import { openSocket } from './sockets.ts';
import { World, type ServerUnderTest } from './world.ts';

/** Cases that run at a time: most of them wait for the network. */
const CONCURRENCY = 6;
/** How long an answer may take by default, ms. */
const TIMEOUT = 10_000;
/** Assumed if the server states none, ms. */
const HEARTBEAT = 15_000;

export interface ConformanceOptions {
  /** Base URL of the server, including the base path, e.g. `http://127.0.0.1:8787/log-stream`. */
  readonly url: string;
  /** A secret the server verifies topics with; of several the first. Same format as the server's option `secrets`. */
  readonly secret: SecretsInput;
  /** Rules to run, or whole blocks by their letter. @default all */
  readonly only?: readonly string[];
  /** Rules, or whole blocks, to skip, since the server does not claim them. */
  readonly skip?: readonly string[];
  /** How long an answer may take, ms. @default 10000 */
  readonly timeout?: number;
  /** Called with each result, in the order of the rules. */
  readonly onResult?: (result: Result) => void;
}

/** The result of one case. */
export type Result = { readonly rule: string; readonly title: string } & CaseOutcome;

export interface Report {
  readonly url: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly results: readonly Result[];
}

/**
 * Checks the numbered rules of PROTOCOL.md against a server, given only its address and a secret. Takes as long as a few
 * heartbeats; every case has deadlines. Rejects with TypeError for an invalid URL or secret.
 */
export async function runConformance({ url, secret, only, skip = [], timeout = TIMEOUT, onResult }: ConformanceOptions): Promise<Report> {
  const base = baseUrl(url);
  const [first] = readSecrets(secret, 'the option "secret"');
  const run = randomBytes(6).toString('hex');
  const path = base.pathname.replace(/\/$/u, '');
  const guess: ServerUnderTest = { url: base, path, secret: first, timeout, heartbeat: HEARTBEAT, features: [] };
  const target: ServerUnderTest = { ...guess, ...(await greetingOf(guess)) };
  const cases = CASES.filter(({ rule }) => only === undefined || names(only, rule));
  const outcomes = new Map<Case | Untestable, CaseOutcome>();
  const results: Result[] = [];
  const flush = (): void => {
    for (let next = cases[results.length]; next !== undefined; next = cases[results.length]) {
      const outcome = outcomes.get(next);
      if (outcome === undefined) return;
      const result = { rule: next.rule, title: next.title, ...outcome };
      results.push(result);
      onResult?.(result);
    }
  };
  const waiting = inOrder(cases);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      outcomes.set(next, await outcomeOf(target, next, skip, `conformance:${run}:${cases.indexOf(next)}`));
      flush();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const count = (state: CaseOutcome['state']): number => results.filter((result) => result.state === state).length;
  return { url: base.href, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), results };
}

/** Whether an HTTP server answers at the URL. */
export async function isReachable({ url, timeout = TIMEOUT }: Pick<ConformanceOptions, 'url' | 'timeout'>): Promise<boolean> {
  const base = baseUrl(url);
  const exchange = new HttpExchange({ url: base, target: base.pathname, method: 'GET', headers: {} });
  exchange.finish();
  await exchange.until(() => exchange.status ?? exchange.ending, timeout);
  exchange.break();
  return exchange.status !== undefined;
}

/** Whether a list of rules and block letters includes a rule. */
export function names(list: readonly string[], rule: string): boolean {
  return list.includes(rule) || list.includes(rule.charAt(0));
}

/** The URL without a slash at the end. Throws TypeError for an invalid one. */
export function baseUrl(url: string): URL {
  const base = new URL(url);
  if (base.protocol !== 'http:' && base.protocol !== 'https:') throw new TypeError(`${url} is not an http: or https: URL.`);
  base.pathname = base.pathname.replace(/\/+$/u, '');
  base.search = '';
  base.hash = '';
  return base;
}

/** Cases that wait for heartbeats come first, so that the others run meanwhile. */
function inOrder(cases: readonly (Case | Untestable)[]): (Case | Untestable)[] {
  const beatsOf = (item: Case | Untestable): number => (isUntestable(item) ? 0 : (item.beats ?? 0));
  return [...cases].sort((one, another) => beatsOf(another) - beatsOf(one));
}

async function outcomeOf(target: ServerUnderTest, item: Case | Untestable, skip: readonly string[], prefix: string): Promise<CaseOutcome> {
  if (names(skip, item.rule)) return { state: 'skipped', why: 'not claimed by the server' };
  if (isUntestable(item)) return { state: 'skipped', why: `not testable from outside: ${item.why}` };
  return runCase(target, item, prefix);
}

/** What a server says of itself in `hello`. */
async function greetingOf(target: ServerUnderTest): Promise<Pick<ServerUnderTest, 'heartbeat' | 'features'>> {
  const world = new World(target, 'hello');
  const socket = await openSocket(world, {});
  try {
    const hello = await socket.next(({ e }) => e === 'hello', target.timeout);
    const [beat, features] = [hello?.['hb'], hello?.['has']];
    return {
      heartbeat: typeof beat === 'number' && beat > 0 ? beat : HEARTBEAT,
      features: Array.isArray(features) ? features.map(String) : [],
    };
  } finally {
    socket.terminate();
  }
}
