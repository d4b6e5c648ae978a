import { ESC } from '../escape.ts';
import { MAX_TITLE } from '../line.ts';
import { matchAt, matchEnd } from './sticky.ts';
import { TIME_PREFIX } from './time-prefix.ts';

/** Characters of a key that are kept: those of 32 open groups fit into 16 KiB as JSON, whatever they consist of. */
const KEY = 80;
/** Markers on a line that are read. */
const MAX_MARKERS = 32;

/** A marker that begins a group, ends one, or opens the one before it. */
export type GroupMarker =
  | { readonly kind: 'start'; readonly key: string; readonly title: string; readonly open?: 0 | 1; readonly guard?: 1 }
  | { readonly kind: 'end'; readonly key: string }
  | { readonly kind: 'open' };

/** Rules out most lines: one without this has no marker. */
const CANDIDATE = /##(?:\[|teamcity)|::(?:end)?group::|section_(?:start|end):|travis_fold:|(?:---|\+\+\+|~~~) |\^\^\^ \+\+\+/u;

/** A time, with the stream that GitLab writes after it. */
const TIME = String.raw`${TIME_PREFIX}(?:\d\d[OE]\+? )?`;

/** The text before a marker: times, and invisible sequences such as colours and Buildkite's time. */
const LEAD = new RegExp(`(?:${ESC}\\[[\\d;]*[mK]|${ESC}_[^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\)|${TIME})*`, 'uy');

/** An erasure: another marker may follow it. */
const ERASED = new RegExp(`\\r${ESC}\\[0?K`, 'gu');

const MARKER = new RegExp(
  [
    String.raw`\s*(?:::(?<command>(?:end)?group)::|##\[(?<bracket>(?:end)?group)\])`,
    String.raw`##\[section\](?<azure>Starting|Finishing): (?<section>[^\r]*)`,
    String.raw`section_(?<gitlab>start|end):\d+:(?<name>[\w.-]+)(?<options>\[[^\]\r]*\])?`,
    String.raw`travis_fold:(?<travis>start|end):(?<fold>[^\s${ESC}]+)`,
    String.raw`##teamcity\[block(?<teamcity>Opened|Closed)\s(?:\w+='(?:[^'|]|\|.)*'\s+)*?name='(?<block>(?:[^'|]|\|.)*)'`,
    String.raw`(?<buildkite>---|\+\+\+|~~~) (?!a/|b/|/dev/null|(?:PASS|FAIL|SKIP)\b|[^\r]*\t)(?=\S|${ESC})`,
    String.raw`(?<open>\^\^\^ \+\+\+)\s*$`,
  ].join('|'),
  'uy',
);

/** The key of GitHub's groups: their ends have no name. */
const GITHUB = 'github';
/** The key of Buildkite's groups: one never contains another. */
export const BUILDKITE = 'buildkite';

/**
 * The markers of a line, in order. They are at its start, after a time, or after an erasure of the text before them, so they must
 * be read from the line as it was written. Titles are read from the line as it is shown.
 */
export function groupMarkers(text: string, shown: string): GroupMarker[] {
  if (!CANDIDATE.test(text)) return [];
  const markers: GroupMarker[] = [];
  for (let at = 0; at !== -1 && markers.length < MAX_MARKERS; at = matchEnd(ERASED, text, at)) {
    const groups = matchAt(MARKER, text, matchEnd(LEAD, text, at))?.groups;
    if (groups !== undefined) markers.push(markerOf(groups, shown));
  }
  return markers;
}

function markerOf(groups: Readonly<Record<string, string | undefined>>, shown: string): GroupMarker {
  const { command, bracket, azure, section, gitlab, name, options, travis, fold, teamcity, block, buildkite } = groups;
  const github = command ?? bracket;
  if (github !== undefined) return marker(GITHUB, github === 'group', titleOf(shown, ''));
  if (azure !== undefined) return named('azure', section ?? '', azure === 'Starting', titleOf(shown, section ?? ''));
  if (gitlab !== undefined) return named('gitlab', name ?? '', gitlab === 'start', titleOf(shown, name ?? ''), collapsed(options));
  if (travis !== undefined) return named('travis', fold ?? '', travis === 'start', titleOf(shown, fold ?? ''));
  if (teamcity !== undefined) return named('teamcity', block ?? '', teamcity === 'Opened', cut(unescaped(block ?? '')));
  if (buildkite !== undefined) return buildkiteMarker(buildkite, titleOf(shown, ''));
  return { kind: 'open' };
}

function buildkiteMarker(sign: string, title: string): GroupMarker {
  return { kind: 'start', key: BUILDKITE, title, open: sign === '+++' ? 1 : 0, ...(sign === '~~~' && { guard: 1 as const }) };
}

function named(dialect: string, name: string, begins: boolean, title: string, open?: 0 | 1): GroupMarker {
  return marker(`${dialect}:${name}`.slice(0, KEY), begins, title, open);
}

function marker(key: string, begins: boolean, title: string, open?: 0 | 1): GroupMarker {
  return begins ? { kind: 'start', key, title, ...(open === undefined ? {} : { open }) } : { kind: 'end', key };
}

/** Whether the options of a GitLab section want it closed (0) or open (1). */
function collapsed(options: string | undefined): 0 | 1 | undefined {
  const wish = /collapsed=(?<wish>true|false)/u.exec(options ?? '')?.groups?.['wish'];
  return wish === undefined ? undefined : wish === 'true' ? 0 : 1;
}

/** The marker before a title, as far as it is shown. */
const SHOWN_MARKER = new RegExp(
  String.raw`^(?:${TIME})?(?:\s*(?:::group::|##\[group\])|##\[section\]Starting: |section_start:\d+:[\w.-]+(?:\[[^\]]*\])?|travis_fold:start:\S+|(?:---|\+\+\+|~~~) )`,
  'u',
);

/** The text after a marker, as it is shown; without one, the name. */
function titleOf(shown: string, name: string): string {
  return (
    cut(
      shown
        .slice(0, 4 * MAX_TITLE)
        .replace(SHOWN_MARKER, '')
        .trim(),
    ) || cut(name)
  );
}

function cut(text: string): string {
  return text.slice(0, MAX_TITLE).replace(/[\ud800-\udbff]$/u, '');
}

/** TeamCity escapes quotes, brackets and line breaks with a bar. */
function unescaped(text: string): string {
  return text.replaceAll(/\|(?<character>.)/gu, (_all, character: string) => (/[nrxlp]/u.test(character) ? ' ' : character));
}
