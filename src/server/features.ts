import type { LogStore } from './store.ts';

/** What a server can do beyond the required protocol: PROTOCOL.md names each. */
export type Feature = 'marks' | 'seek' | 'search' | 'tail';

/** What decides which features a server has. */
export interface FeatureSources {
  readonly store: Pick<LogStore, 'marks'>;
  /** Whether lines are marked when they are appended. @default true */
  readonly marks?: boolean;
  /** Whether there are threads to search in. */
  readonly search?: boolean;
}

/** The features of a server, in the order in which it lists them. */
export function featuresOf({ store, marks = true, search = false }: FeatureSources): readonly Feature[] {
  const offered: Readonly<Record<Feature, boolean>> = {
    // Without marks on new lines, counts of levels and groups would be wrong.
    marks: store.marks !== undefined && marks,

    // Times are found without marks too.
    seek: store.marks !== undefined,

    search,

    tail: true,
  };
  return (Object.keys(offered) as Feature[]).filter((feature) => offered[feature]);
}
