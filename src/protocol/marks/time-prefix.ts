/** The source of a pattern for a time that stands in front of each line of a log, with the blank behind it. */
export const TIME_PREFIX = String.raw`(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]? |\[\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\] )`;
