import { levelNamed, levelOfSeverityNumber, type Level } from '../../protocol/marks/level.ts';
import type { OtlpRecord } from './otlp-record.ts';

/** The level of a record: its severity rounded down, else the one that it names. Undefined if it says neither. */
export function levelOfRecord({ severityNumber, severityText }: Pick<OtlpRecord, 'severityNumber' | 'severityText'>): Level | undefined {
  return levelOfSeverityNumber(severityNumber) ?? levelNamed(severityText);
}

/** The text of a record: its body if that is text, else JSON of what it holds. A text may have several lines. */
export function textOfRecord({ eventName, body, attributes, traceId }: Omit<OtlpRecord, 'severityNumber' | 'severityText'>): string {
  if (typeof body === 'string') return body.endsWith('\n') ? body.slice(0, -1) : body;
  return JSON.stringify({
    ...(eventName !== '' && { eventName }),
    ...(body !== null && { body }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(traceId !== '' && { traceId }),
  });
}
