import { html, nothing, type TemplateResult } from 'lit';
import type { ElementModel } from './element-model.ts';
import type { ElementParts } from './element-parts.ts';
import { markOf } from './status/icons.ts';
import type { ToolsModel } from './tools/toolbar/toolbar.ts';

/** The templates that load later. */
export interface ToolTemplates {
  toolbar(model: ToolsModel): TemplateResult;
  /** What is shown between the header and the log. */
  bar(): TemplateResult | undefined;
  overlay(): TemplateResult;
}

/** How many lines there are and how long they took, or how long there have been no new ones. */
function countsTemplate({ lines, elapsed, silence, strings }: ElementModel): readonly (string | TemplateResult)[] {
  const count = lines === 0 ? [] : [strings.lines(lines)];
  if (silence !== undefined) return [[...count, strings.quiet(silence)].join(' · ')];
  return elapsed === undefined || lines === 0 ? count : [...count, html`<span class="elapsed"> · ${strings.duration(elapsed)}</span>`];
}

function headerTemplate(model: ElementModel, tools: ToolTemplates | undefined): TemplateResult {
  const { chip, explanation, isExplained, title, progress } = model;
  const counts = countsTemplate(model);
  return html`<div class="header" part="header">
    <div class="info">
      <div class="status-place">
        <button
          type="button"
          class="status ${chip.tone}"
          part="status"
          id="status"
          tabindex=${isExplained ? 0 : -1}
          data-tip=${explanation ?? nothing}
          aria-describedby=${explanation === undefined ? nothing : 'reason'}
        >
          ${markOf(chip.shape)}<span dir="auto">${chip.label}</span>
        </button>
      </div>
      <span id="reason" hidden>${explanation}</span>
      <div class="meta">
        <span class="title" part="title" dir="auto" title=${title}><slot name="title">${title}</slot></span>
        <span class="counts" part="counts" dir="auto" title=${counts[0] ?? nothing} ?hidden=${counts.length === 0}>${counts}</span>
      </div>
    </div>
    ${tools?.toolbar(model)}
    <slot name="actions"></slot>
    <progress
      class="hairline"
      max="1"
      aria-label=${model.strings.state['catching-up']}
      .value=${progress ?? 0}
      ?hidden=${progress === undefined}
    ></progress>
  </div>`;
}

const BARS = Array.from({ length: 8 }, () => html`<i></i>`);

/** What is shown in place of the lines where there are none. */
function noticeTemplate({ notice, chip }: ElementModel, retry: () => void): TemplateResult {
  const kind = notice?.kind ?? '';
  const isProblem = kind === 'problem';
  return html`<div class="notice skeleton" aria-hidden="true" ?hidden=${kind !== 'skeleton'}>${BARS}</div>
    <div class="notice ${kind}" part="notice" ?hidden=${notice === undefined || kind === 'skeleton'}>
      <span class="mark ${chip.tone}" ?hidden=${!isProblem}>${markOf(chip.shape)}</span>
      <span ?hidden=${isProblem}
        ><slot name="empty"><span dir="auto">${notice?.text}</span></slot></span
      >
      <span ?hidden=${!isProblem}
        ><slot name="error"><span dir="auto">${notice?.text}</span></slot></span
      >
      <button type="button" class="button" ?hidden=${notice?.action === undefined} @click=${retry}>${notice?.action}</button>
    </div>`;
}

/** The whole element; `tools` is undefined until they are loaded. */
export function elementTemplate(
  model: ElementModel,
  { scroller, liveRegion }: ElementParts,
  retry: () => void,
  tools: ToolTemplates | undefined,
): TemplateResult {
  return html`<div class="base" part="base" role="region" aria-label=${model.strings.region(model.title)}>
    ${headerTemplate(model, tools)}${tools?.bar()}
    <div class="body">
      ${scroller.element}
      <div class="ring"></div>
      ${noticeTemplate(model, retry)}${tools?.overlay()}
    </div>
    <p class="printed" ?hidden=${model.printed === undefined}>${model.printed}</p>
    ${liveRegion}
  </div>`;
}
