/** A pattern (its source) for the time that some logs write before each line, with the blank after it. */
export const TIME_PREFIX = String.raw`(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]? |\[\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\] )`;
