import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/server/util/package-root.ts';

/** A fenced block of code in a document. */
export interface CodeBlock {
  /** What follows the fence: the language, and what else it says. */
  readonly info: string;
  readonly code: string;
  /** The heading it is below. */
  readonly heading: string;
  /** The file that the paragraph above it names first, in backticks; undefined for none. */
  readonly file: string | undefined;
}

const PART = /^```([^\n]*)\n([^]*?)^```$|^#+ (.+)$|^(?!```|#).+(?:\n(?!```|#).+)*/gmu;

/** The blocks of code of a document, in order. */
export function codeBlocks(document: string): CodeBlock[] {
  const text = readFileSync(join(packageRoot(), document), 'utf8');
  const blocks: CodeBlock[] = [];
  let heading = '';
  let paragraph = '';
  for (const [part, info, code, title] of text.matchAll(PART)) {
    if (code !== undefined) blocks.push({ info: info ?? '', code, heading, file: /`([\w/-]+(?:\.[\w]+)+)`/u.exec(paragraph)?.[1] });
    if (title !== undefined) heading = title;
    paragraph = code === undefined && title === undefined ? part : '';
  }
  return blocks;
}
