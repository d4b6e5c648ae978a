import { LEVEL, levelNamed, type Level } from './level.ts';

/** Commands that CI systems read from a log, at the start of a line or after a time. */
const COMMAND =
  /^[ \t]*(?:\[?\d[\d:.,/TZ+-]*\]?\s+)*(?:::(?<github>error|warning|notice|debug)(?:[ \t][^:]*(?::(?!:)[^:]*)*)?::|##\[(?<azure>error|warning|notice|debug)\]|##vso\[task\.logissue [^\]]*?type=(?<issue>error|warning)|##teamcity\[(?:(?<problem>buildProblem|testFailed)\s|(?:message|buildStatus)\s(?:[^'\]]|'(?:[^'|]|\|.)*')*?\bstatus='(?<status>[A-Z]+)'))/u;

/** The level that a CI command gives its line. */
export function levelOfCommand(text: string): Level | undefined {
  const groups = COMMAND.exec(text)?.groups;
  if (groups === undefined) return undefined;
  if (groups['problem'] !== undefined || groups['status'] === 'FAILURE') return LEVEL.error;
  return levelNamed(groups['github'] ?? groups['azure'] ?? groups['issue'] ?? groups['status'] ?? '');
}
