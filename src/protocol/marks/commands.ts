import { LEVEL, levelNamed, type Level } from './level.ts';

/** Commands that continuous integration reads in its logs, behind times. */
const COMMAND =
  /^(?:\[?\d[\d:.,/TZ+-]*\]?\s+)*(?:::(?<github>error|warning|notice|debug)(?:\s[^:]*(?::(?!:)[^:]*)*)?::|##\[(?<azure>error|warning|notice|debug)\]|##vso\[task\.logissue [^\]]*?type=(?<issue>error|warning)|##teamcity\[(?:(?<problem>buildProblem|testFailed)\s|(?:message|buildStatus)\s(?:[^'\]]|'(?:[^'|]|\|.)*')*?\bstatus='(?<status>[A-Z]+)'))/u;

/** The level of a line that is such a command. */
export function levelOfCommand(text: string): Level | undefined {
  const groups = COMMAND.exec(text)?.groups;
  if (groups === undefined) return undefined;
  if (groups['problem'] !== undefined || groups['status'] === 'FAILURE') return LEVEL.error;
  return levelNamed(groups['github'] ?? groups['azure'] ?? groups['issue'] ?? groups['status'] ?? '');
}
