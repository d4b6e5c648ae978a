import type { Report, Result } from './kit.ts';

const MARKS = { passed: '✓', failed: '✗', skipped: '-' } as const;

/** A result in one line; a failure in four. */
export function resultText(result: Result): string {
  const head = `${MARKS[result.state]} ${result.rule.padEnd(4)} ${result.title}`;
  switch (result.state) {
    case 'passed':
      return head;
    case 'skipped':
      return `${head} (${result.why})`;
    case 'failed':
      return `${head}\n    step ${result.step} (${result.doing})\n    expected ${plain(result.expected)}\n    got      ${plain(result.actual)}`;
  }
}

/** The summary line. */
export function summaryText({ passed, failed, skipped }: Report): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Escapes control characters, so that a server cannot control the terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
