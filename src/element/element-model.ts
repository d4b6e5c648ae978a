import { readTopic } from '../protocol/topic.ts';
import type { LogStreamAttributes } from './attributes.ts';
import { chipOf, isExplained, isFinal, silenceOf, type Chip } from './status/chip.ts';
import type { ShownStatus } from './status/shown-status.ts';
import { noticeOf, type Notice } from './status/state-rows.ts';
import type { Strings } from './strings.ts';
import type { ReaderTools } from './tools/reader-tools.ts';
import type { ToolsModel } from './tools/toolbar/toolbar.ts';
import type { Viewport } from './viewport/viewport.ts';

/** What the element shows around the lines. */
export interface ElementModel extends ToolsModel {
  readonly title: string;
  readonly chip: Chip;
  /** The tooltip of the chip; undefined until the tools are loaded. */
  readonly explanation: string | undefined;
  /** Whether that says more than the chip's label, which is a tab stop then. */
  readonly isExplained: boolean;
  readonly lines: number;
  /** From the first to the last line, ms. */
  readonly elapsed: number | undefined;
  /** How long a live log has had no new line, ms; undefined while that is not worth saying. */
  readonly silence: number | undefined;
  readonly progress: number | undefined;
  readonly notice: Notice | undefined;
  readonly strings: Strings;
  /** On paper: which lines are printed, if not all are. */
  readonly printed: string | undefined;
}

export function modelOf(
  { topic, label, toolbar, wrap, time, size, notify }: LogStreamAttributes,
  { status, quiet }: ShownStatus,
  { progress, behind, drawn, elapsed, following }: Viewport,
  tools: ReaderTools | undefined,
  strings: Strings,
): ElementModel {
  const input = { status, quiet, progress, behind };
  const { state, first, head } = status;
  return {
    title: label || (readTopic(topic)?.channel ?? ''),
    chip: chipOf(input, strings),
    explanation: tools?.explain(input),
    isExplained: isExplained(input),
    lines: head,
    elapsed,
    silence: silenceOf(input),
    toolbar,
    following: isFinal(state) ? undefined : following,
    wrap,
    time,
    size,
    notify,
    progress: state === 'catching-up' ? progress : undefined,
    printed: drawn.from <= first && drawn.to >= head ? undefined : strings.printed(drawn.from, drawn.to, head),
    notice: topic === '' ? { kind: 'waiting', text: strings.noTopic, action: undefined } : noticeOf(status, Date.now(), strings),
    strings,
  };
}
