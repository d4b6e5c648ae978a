/** How much of what was expected and of what came is reported, characters. */
const LONGEST = 600;

/** A server did not do what a rule says. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: string) {
    super(`expected ${expected}, came ${came}`);
    this.expected = cut(expected);
    this.came = cut(came);
  }
}

/** What a case is about cannot be seen of this server; `message` says why. */
export class NotTestable extends Error {
  override readonly name = 'NotTestable';
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} … (${text.length} characters)`;
}
