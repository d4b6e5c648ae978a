import type {
  GroupsQuery,
  GroupsResult,
  LevelsPart,
  LevelsQuery,
  LevelsResult,
  LogGroup,
  MarkIndex,
  SeekQuery,
  SeekResult,
} from '../../store.ts';
import { describeGroup, isAround } from '../marks/describe-group.ts';
import { countsBetween, rankOf } from '../../../protocol/sums/ranks.ts';
import {
  parseGroups,
  parseLevels,
  parseSeek,
  type GroupReply,
  type GroupsReply,
  type LevelsBorder,
  type LevelsReply,
} from './mark-replies.ts';
import type { RedisReply } from './replies.ts';
import { SCRIPTS, type Script } from './scripts.ts';

/** Runs a script on the keys of a log. */
export type RunScript = <T>(
  script: Script,
  channel: string,
  args: readonly string[],
  parse: (reply: unknown) => RedisReply<T>,
) => Promise<T>;

/**
 * Answers from the marks that the append script keeps. A run of a script does a bounded part, so that other clients get their
 * turn; the answer is as of the first run.
 */
export class RedisMarks implements MarkIndex {
  readonly #run: RunScript;

  constructor(run: RunScript) {
    this.#run = run;
  }

  async levels(channel: string, query: LevelsQuery): Promise<LevelsResult> {
    const first = await this.#levels(channel, query, 0);
    const { tail, after, upto } = first;
    const borders = [...first.borders];
    for (let { next } = first; next > 0;) {
      const reply = await this.#levels(channel, { after, upto, parts: query.parts }, next);
      // The log began again, or lines of the range were trimmed meanwhile.
      if (reply.tail.epoch !== tail.epoch || reply.after !== after) return this.levels(channel, query);
      borders.push(...reply.borders);
      ({ next } = reply);
    }
    return { tail, after, upto, parts: partsOf(borders) };
  }

  async groups(channel: string, query: GroupsQuery): Promise<GroupsResult> {
    const first = await this.#groups(channel, query, 0);
    const { tail, after, upto } = first;
    const groups = [...first.groups];
    let { more, next } = first;
    while (next > 0) {
      const reply = await this.#groups(channel, { after, upto, limit: query.limit - groups.length, depth: query.depth }, next);
      if (reply.tail.epoch !== tail.epoch) return this.groups(channel, query);
      groups.push(...reply.groups);
      ({ more, next } = reply);
    }
    return {
      tail,
      after,
      upto,
      more,
      around: first.around
        .filter(({ group }) => isAround(group, after, upto, tail))
        .map((counted) => describe(counted, first))
        .reverse(),
      groups: groups.map((counted) => describe(counted, first)),
    };
  }

  seek(channel: string, query: SeekQuery): Promise<SeekResult> {
    return this.#run(SCRIPTS.seek, channel, seekArguments(query), parseSeek);
  }

  #levels(channel: string, { after, upto, parts }: LevelsQuery, border: number): Promise<LevelsReply> {
    return this.#run(SCRIPTS.levels, channel, [after, upto, parts, border].map(String), parseLevels);
  }

  #groups(channel: string, { after, upto, limit, depth }: GroupsQuery, group: number): Promise<GroupsReply> {
    return this.#run(SCRIPTS.groups, channel, [after, upto, limit, depth, group].map(String), parseGroups);
  }
}

function seekArguments(query: SeekQuery): string[] {
  switch (query.kind) {
    case 'time':
      return [query.kind, String(query.time), ''];
    case 'next':
      return [query.kind, String(query.after), String(rankOf(query.level) + 1)];
    case 'previous':
      return [query.kind, String(query.before), String(rankOf(query.level) + 1)];
  }
}

/** The parts between borders; two borders at the same line have none between them. */
function partsOf([first, ...others]: readonly LevelsBorder[]): LevelsPart[] {
  const parts: LevelsPart[] = [];
  let from = first;
  for (const border of others) {
    if (from !== undefined && border.line > from.line)
      parts.push({ last: border.line, time: from.time, counts: countsBetween(from.sums, border.sums) });
    from = border;
  }
  return parts;
}

function describe({ group, before, through }: GroupReply, { tail, upto, sumsBefore, sumsUpto }: GroupsReply): LogGroup {
  return describeGroup(group, upto, tail, (line) => {
    if (line === group.line - 1) return before;
    if (line === group.end && through !== undefined) return through;
    return line === upto ? sumsUpto : sumsBefore;
  });
}
