import { html, type TemplateResult } from 'lit';
import type { TextSize } from '../../attributes.ts';
import type { ToolActions } from '../actions.ts';
import type { ToolStrings } from '../strings.ts';

/** The sizes as the menu lists them, with the size of the letter that stands for each, px. */
const SIZES: readonly (readonly [TextSize, number])[] = [
  ['compact', 11],
  ['normal', 14],
  ['large', 18],
];

/** The menu's row with the sizes of the lines, of which one is chosen. */
export function sizeItems(chosen: TextSize, actions: Pick<ToolActions, 'size'>, strings: ToolStrings): TemplateResult {
  return html`<div class="sizes" role="group" aria-label=${strings.size}>
    <span aria-hidden="true">${strings.size}</span>
    ${SIZES.map(
      ([size, px]) =>
        html`<button
          type="button"
          class="item size"
          role="menuitemradio"
          aria-checked=${size === chosen}
          aria-label=${strings.sizes[size]}
          title=${strings.sizes[size]}
          tabindex="-1"
          @click=${() => actions.size(size)}
        >
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="currentColor">
            <text x="10" y="16" font-size=${px} text-anchor="middle">A</text>
          </svg>
        </button>`,
    )}
  </div>`;
}
