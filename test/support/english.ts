import { STRINGS } from '../../src/element/strings.ts';
import { englishFind, type FindStrings } from '../../src/element/tools/find/strings.ts';
import { englishTools, type ToolStrings } from '../../src/element/tools/strings.ts';
import { formatsOf } from '../../src/element/languages/formats-of.ts';

/** The words of the tools and of the find bar, in English. */
export const TOOL_STRINGS: ToolStrings = englishTools(formatsOf('en'), STRINGS);
export const FIND_STRINGS: FindStrings = englishFind(formatsOf('en'), STRINGS);
