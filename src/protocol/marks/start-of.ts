/** Characters of a line that are read: a level is named at its start. */
const READ = 512;

/** The start of a line, as far as it is read; one that is cut does not look as if it ended there. */
export function startOf(line: string): string {
  return line.length > READ ? `${line.slice(0, READ)}…` : line;
}
