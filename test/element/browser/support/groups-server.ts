import type { LogGroup } from '../../../../src/protocol/answers/answers.ts';
import type { Line } from '../../../../src/protocol/line.ts';
import { UNMARKED, markLine } from '../../../../src/protocol/marks/marker.ts';
import { GroupOutline } from '../../../../src/element/viewport/groups/group-outline.ts';
import { START } from './memory-log.ts';

/** The lines as a server stores them: with marks. */
export function marked(texts: readonly string[]): Line[] {
  let state = UNMARKED;
  return texts.map((text, at): Line => {
    const line = markLine(state, text, text);
    ({ state } = line);
    return [START + at * 1_000, text, line.marks];
  });
}

/** What a server lists of these lines; `isComplete`: the log has ended with them. */
export function groupsOf(lines: readonly Line[], isComplete = false): LogGroup[] {
  const outline = new GroupOutline();
  for (const [at, line] of lines.entries()) outline.append(line, false, lines[at - 1]?.[0]);
  if (isComplete) outline.finish(lines.at(-1)?.[0] ?? 0);
  return outline.groups.map(({ parent: _, ...group }) => group);
}

export interface GroupsServer {
  /** The questions, in order. */
  readonly asked: URLSearchParams[];
  restore(): void;
}

/** Answers questions for groups in place of a server; undefined: this server has no marks. */
export function serveGroups(list: ((query: URLSearchParams) => readonly LogGroup[]) | undefined): GroupsServer {
  const { fetch } = window;
  const asked: URLSearchParams[] = [];
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (!url.pathname.includes('/groups/')) return fetch(input, init);
    asked.push(url.searchParams);
    if (list === undefined) return new Response('', { status: 404 });
    const number = (name: string): number => Number(url.searchParams.get(name));
    const [after, upto, limit] = [number('after'), number('upto'), number('limit')];
    const all = list(url.searchParams);
    const groups = all.filter(({ line }) => line > after && line <= upto);
    const around = all.filter(({ line, end }) => line <= after && (end === undefined || end >= after));
    return Response.json({ epoch: '1', after, upto, more: groups.length > limit, around, groups: groups.slice(0, limit) });
  };
  return {
    asked,
    restore() {
      window.fetch = fetch;
    },
  };
}
