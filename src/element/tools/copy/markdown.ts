/** Characters that would begin markup in Markdown. */
const MARKUP = /[\\`*_[\]<>#|~&!]/gu;

/**
 * Text of a log as Markdown: the title with a link to the lines, and a fenced block. The fence is longer than any in the text,
 * which therefore stays as it is.
 */
export function markdownOf(text: string, title: string, link: string): string {
  const longest = (text.match(/`+/gu) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  // A parenthesis or blank would end the link.
  const target = link.replaceAll(/[() <>]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const name = title.replaceAll(/\s+/gu, ' ').replaceAll(MARKUP, String.raw`\$&`);
  return `[${name}](${target})\n\n${fence}text\n${text}\n${fence}\n`;
}
