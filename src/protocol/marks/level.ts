/** Levels of a line: the first SeverityNumber of each OpenTelemetry range. */
export const LEVEL = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

export type Level = (typeof LEVEL)[keyof typeof LEVEL];

const NAMES: readonly (readonly [level: Level, names: string])[] = [
  [LEVEL.trace, 'trace trce trc trac verbose vrb'],
  [LEVEL.debug, 'debug debu dbug dbg'],
  [LEVEL.info, 'info information inf notice'],
  [LEVEL.warn, 'warn warning wrn'],
  [LEVEL.error, 'err error eror erro severe'],
  [LEVEL.fatal, 'critical crit alert emerg emergency fatal fata ftl panic pani dpanic'],
];

const BY_NAME: ReadonlyMap<string, Level> = new Map(NAMES.flatMap(([level, names]) => names.split(' ').map((name) => [name, level])));

/** All names of levels, in lower case. */
export const LEVEL_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The level with this name, in upper or lower case. */
export function levelNamed(name: string): Level | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** OpenTelemetry's 1 to 24. */
export function levelOfSeverityNumber(number: number): Level | undefined {
  return number >= 1 && number <= 24 ? fromRank(Math.ceil(number / 4)) : undefined;
}

/** Syslog's 0 (emergency) to 7 (debug). */
export function levelOfSyslog(number: number): Level | undefined {
  const ranks = [6, 6, 6, 5, 4, 3, 3, 2];
  return fromRank(ranks[number] ?? 0);
}

/** The numbers of pino and bunyan: 10 is trace, 60 and above fatal. */
export function levelOfPino(number: number): Level | undefined {
  return number >= 10 ? fromRank(Math.min(6, Math.floor(number / 10))) : undefined;
}

/** The level of rank 1 (trace) to 6 (fatal). */
function fromRank(rank: number): Level | undefined {
  return Object.values(LEVEL)[rank - 1];
}
