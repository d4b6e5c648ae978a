import { html, nothing, type TemplateResult } from 'lit/html.js';
import { statusOfEntry, type Entry, type EntryStatus } from './entry.ts';
import { icon } from './icons.ts';

/** Shows the status of a log by shape and colour; the words stand beside it. */
export function statusMark(entry: Entry): TemplateResult {
  const status = statusOfEntry(entry);
  return html`<span class="mark" aria-hidden="true" data-status=${status}>${iconOf(status)}</span>`;
}

function iconOf(status: EntryStatus): TemplateResult | typeof nothing {
  if (status === 'ok') return icon('check');
  return status === 'failed' ? icon('cross') : nothing;
}
