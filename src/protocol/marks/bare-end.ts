import { TIME_PREFIX } from './time-prefix.ts';

const BARE_END = new RegExp(
  String.raw`^(?:${TIME_PREFIX}(?:\d\d[OE]\+? )?)?\s*(?:::endgroup::|##\[endgroup\]|##\[section\]Finishing: .*|section_end:\d+:[\w.-]+(?:\[[^\]]*\])?|travis_fold:end:\S+|##teamcity\[blockClosed\s.*\]|\^\^\^ \+\+\+)?\s*$`,
  'u',
);

/** Whether a line that ends groups, given as it is shown, says nothing else. */
export function isBareEnd(shown: string): boolean {
  return BARE_END.test(shown);
}
