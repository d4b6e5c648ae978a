import { unsafeCSS, type CSSResult } from 'lit';

/** Only colours are used without a value to fall back on. */
const USES = /var\(--ls-([\w-]+)\)/gu;

/**
 * Makes each colour that a page may set (`--ls-bg`) fall back on the theme's value (`--_bg`). The host itself never declares
 * the page's names, so that any ancestor can set them.
 */
export function themed(styles: CSSResult): CSSResult {
  return unsafeCSS(styles.cssText.replaceAll(USES, 'var(--ls-$1,var(--_$1))'));
}
