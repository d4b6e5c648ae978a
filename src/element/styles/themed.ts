import { unsafeCSS, type CSSResult } from 'lit';
import { TOKENS } from './colors.ts';

const USES = new RegExp(`var\\(--ls-(${TOKENS.map(([name]) => name).join('|')})\\)`, 'gu');

/**
 * Gives each colour that a page may set (`--ls-bg`) the theme's own value (`--_bg`) to fall back on. The host never declares
 * the page's names, so that whatever ancestor sets one is heard.
 */
export function themed(styles: CSSResult): CSSResult {
  return unsafeCSS(styles.cssText.replaceAll(USES, 'var(--ls-$1,var(--_$1))'));
}
