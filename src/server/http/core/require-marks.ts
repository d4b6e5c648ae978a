import type { Feature } from '../../features.ts';
import { Problem } from '../../problem.ts';
import type { MarkIndex } from '../../store.ts';
import type { TopicExchange } from './exchange.ts';

/** What the store knows of the marks of its lines. @throws {Problem} `not-found` if the server does not have the feature that needs it. */
export function requireMarks({ context }: TopicExchange, feature: Extract<Feature, 'marks' | 'seek'>): MarkIndex {
  const { marks } = context.store;
  if (marks !== undefined && context.features.includes(feature)) return marks;
  throw new Problem('not-found', MISSING[feature]);
}

const MISSING = {
  marks:
    'This server does not offer levels and groups: its lines are not marked, or its store does not count marks. Log-Has lists what it offers.',
  seek: 'This server does not find lines by time or level. Log-Has lists what it offers.',
} as const;
