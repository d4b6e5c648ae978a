import { LEVEL_NAMES } from './level.ts';
import { LEVEL_KEYS } from './structured.ts';

/** A pattern for a word in upper or lower case. */
function inAnyCase(word: string): string {
  return word.replaceAll(/[a-z]/gu, (letter) => `[${letter.toUpperCase()}${letter}]`);
}

/** What a terminal does not show as it is. */
const UNSHOWN = ['\x07', '\b', '\r', '\x1b'];

const NAMES = LEVEL_NAMES.map(inAnyCase).flatMap((name) => [
  ...['[ \t]*[:\\]\\[]', '[>\t]', ' [A-Z]+[0-9]', ' •'].map((end) => name + end),
  // After a position, and in a column.
  `[0-9]:*[ \t]+${name}[ \t][ \t]`,
]);

const CAPITALS = [...LEVEL_NAMES.filter((name) => name.length > 2), 'fail', 'failed', 'failure'].map(
  (name) => `${name.toUpperCase()}[\n \t)/!,|\\]:\\[]`,
);

/** Of klog and glog, logcat, kotlinc, apt and Tornado. */
const COLUMNS = [
  '[IWEF][0-9][0-9][0-9][0-9] [0-9][0-9]:',
  '[IWEF][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9] [0-9][0-9]:',
  '([ \t]*[0-9]+):',
  '\n[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9]+ +[0-9]+ +[0-9]+ [VDIWEFA] ',
  '\n[ \t]*[ew]: [f/]',
  '\n[ \t]*[EW]: [A-Z]',
  '\\[[DIWEC] [0-9]',
];

const EXCEPTIONS = ['Error\n', 'Warning\n', 'Exception[:\n]', 'Exception \\['];

const PHRASES = [
  'panicked at|Segmentation fault|terminate called|Kernel panic|Traceback (most|Exception in thread |Unhandled exception|Uncaught ',
  '\\*\\* ([A-Z]|: \\*\\*\\* |npm error[ \t\n]|npm warn[ \t]|npm notice[ \t]|npm info[ \t]|CMake Error|CMake Warning',
  'CMake Deprecation Warning|Error response from|Error from server |ERR_PNPM_|test result: FAILED|error during build:|BUILD FAIL|fail: ',
].flatMap((phrases) => phrases.split('|'));

const SIGNALS = ['Killed', 'Aborted', 'Bus error', 'Illegal instruction', 'Floating point exception'].flatMap((word) => [
  `${word}\n`,
  `${word}[ \t][ \t(]`,
]);

/** Of test runners. */
const SIGNS = '✖|✗|✘|✕|⨯|❌|×|⚠|not ok [0-9]|Bail out!'.split('|').map((sign) => `\n[ \t]*${sign}`);

/** Commands of CI systems, and markers of groups. */
const COMMANDS = [
  ...['error', 'warning', 'notice', 'debug', 'group', 'endgroup'].map((command) => `::${command}[: \t]`),
  ...'##\\[|##vso\\[task.logissue |##teamcity\\[|section_start:|section_end:|travis_fold:|^^^ \\+\\+\\+'.split('|'),
  ...['---', '\\+\\+\\+', '~~~'].flatMap((sign) => ['\n', '[0-9Z\\]OE+] '].map((start) => `${start}${sign} `)),
];

const FRAMES = [
  ...' called at |:[0-9]+:in |.go:[0-9]|.s:[0-9]|File "|goroutine [0-9]+ \\[|raceback:| (file:| (package:| (dart:'.split('|'),
  ...'Caused by: |Suppressed: |\\[cause\\]: |---> '.split('|'),
  ...'function|main chunk|upvalue|local|method|field|?'.split('|').map((kind) => `: in ${kind}`),
  ...'more|common frames|lines matching'.split('|').flatMap((what) => [`... [0-9]+ ${what}`, `… [0-9]+ ${what}`]),
];

/** Lines that continue an entry by how they begin: at the start, after a time, or after the name that docker compose writes. */
const CONTINUATIONS = [
  '[ \t]+at [^ \t\n]',
  'at [^ \t\n]+ *(',
  '[ \t]+[0-9]+:[ \t]+[A-Za-z0-9_<{]',
  ...['0x', '\\[internal function\\]', '{main}', '[^ \t\n]+([0-9]+): ', '[A-Za-z0-9_:~]+ ('].map((frame) => `[ \t]*#[0-9]+[ \t]+${frame}`),
  // Source in a gutter, places, and the details of pytest.
  '[ \t]*[0-9]+ |',
  '[ \t]+|',
  '[ \t]+-->',
  '[ \t]+:::',
  'E   ',
].flatMap((continuation) => ['\n', ':[0-9][0-9][0-9.,:Z+-]*\\]* ', '| '].map((start) => start + continuation));

/**
 * What lines with marks contain, as patterns of `ByteAutomaton` for their bytes, with a line feed before and after each line and
 * without colours. A line with none of these has no level and no markers of groups, and continues no entry but one of a warning or
 * worse, or of a stack trace. They follow the rules for each mark: test/protocol/marks/mark-scan.test.ts holds them against these.
 */
export const MARK_PATTERNS: readonly string[] = [
  UNSHOWN,
  NAMES,
  CAPITALS,
  COLUMNS,
  EXCEPTIONS,
  LEVEL_KEYS.map((key) => `${key}["=]`),
  PHRASES,
  SIGNALS,
  SIGNS,
  COMMANDS,
  FRAMES,
  CONTINUATIONS,
].flat();
