import { html, nothing, type TemplateResult } from 'lit';
import { markOf } from './status/icons.ts';
import type { Notice } from './status/state-rows.ts';
import type { Chip } from './status/chip.ts';
import { STRINGS, duration } from './strings.ts';
import type { ToolsModel } from './tools/toolbar/toolbar.ts';

/** What the header and what stands around the lines show. */
export interface ElementModel extends ToolsModel {
  readonly title: string;
  readonly chip: Chip;
  /** What the chip says to who asks for more; undefined as long as the tools are not loaded. */
  readonly explanation: string | undefined;
  /** Whether that is more than the chip's own word: then it is a tab stop. */
  readonly isExplained: boolean;
  readonly lines: number;
  /** From the first to the last line, ms. */
  readonly elapsed: number | undefined;
  /** How long a live log has had no new line, ms; undefined while that is not worth saying. */
  readonly silence: number | undefined;
  readonly progress: number | undefined;
  readonly notice: Notice | undefined;
  /** What is said on paper of lines that are not there. */
  readonly printed: string | undefined;
}

/** Parts of the element that are loaded later. */
export interface ToolTemplates {
  toolbar(model: ToolsModel): TemplateResult;
  overlay(model: ToolsModel): TemplateResult;
}

function headerTemplate(model: ElementModel, later: ToolTemplates | undefined): TemplateResult {
  const { chip, explanation, isExplained, title, lines, elapsed, silence, progress } = model;
  const span = silence === undefined ? elapsed !== undefined && duration(elapsed) : STRINGS.quiet(silence);
  return html`<div class="header" part="header">
    <div class="info">
      <button
        type="button"
        class="status ${chip.tone}"
        part="status"
        id="status"
        tabindex=${isExplained ? 0 : -1}
        data-tip=${explanation ?? nothing}
        aria-describedby=${explanation === undefined ? nothing : 'reason'}
      >
        ${markOf(chip.shape)}<span>${chip.label}</span>
      </button>
      <span id="reason" hidden>${explanation}</span>
      <div class="meta">
        <span class="title" part="title" title=${title}><slot name="title">${title}</slot></span>
        <span class="counts" part="counts" ?hidden=${lines === 0}
          >${STRINGS.lines(lines)}${span === false ? nothing : html`<span class="span"> · ${span}</span>`}</span
        >
      </div>
    </div>
    <slot name="actions"></slot>
    ${later?.toolbar(model)}
    <progress
      class="hairline"
      max="1"
      aria-label=${STRINGS.state['catching-up']}
      .value=${progress ?? 0}
      ?hidden=${progress === undefined}
    ></progress>
  </div>`;
}

const BARS = Array.from({ length: 8 }, () => html`<i></i>`);

/** What stands in place of the lines where there are none. */
function noticeTemplate({ notice, chip }: ElementModel, retry: () => void): TemplateResult {
  const kind = notice?.kind ?? '';
  const bad = kind === 'problem';
  return html`<div class="notice skeleton" aria-hidden="true" ?hidden=${kind !== 'skeleton'}>${BARS}</div>
    <div class="notice ${kind}" part="notice" ?hidden=${notice === undefined || kind === 'skeleton'}>
      <span class="mark ${chip.tone}" ?hidden=${!bad}>${markOf(chip.shape)}</span>
      <span ?hidden=${bad}><slot name="empty">${notice?.text}</slot></span>
      <span ?hidden=${!bad}><slot name="error">${notice?.text}</slot></span>
      <button type="button" class="button" ?hidden=${notice?.action === undefined} @click=${retry}>${notice?.action}</button>
    </div>`;
}

/** `log` is what scrolls, `speaker` what screen readers listen to. */
export function elementTemplate(
  model: ElementModel,
  log: HTMLElement,
  speaker: HTMLElement,
  retry: () => void,
  later: ToolTemplates | undefined,
): TemplateResult {
  return html`<div class="base" part="base" role="region" aria-label=${STRINGS.region(model.title)}>
    ${headerTemplate(model, later)}
    <div class="body">
      ${log}
      <div class="ring"></div>
      ${noticeTemplate(model, retry)}${later?.overlay(model)}
    </div>
    <p class="printed" ?hidden=${model.printed === undefined}>${model.printed}</p>
    ${speaker}
  </div>`;
}
