/** The most of an expectation and of a value that is reported, characters. */
const LONGEST = 600;

/** The server did not do what a rule says. */
export class MismatchError extends Error {
  override readonly name = 'MismatchError';
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, actual: string) {
    super(`expected ${expected}, got ${actual}`);
    this.expected = cut(expected);
    this.actual = cut(actual);
  }
}

/** The subject of a case cannot be observed with this server; `message` says why. */
export class NotTestableError extends Error {
  override readonly name = 'NotTestableError';
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} … (${text.length} characters)`;
}
