/** What a server can do beyond the required protocol: PROTOCOL.md names each. */
export type Feature = 'marks' | 'seek' | 'search' | 'tail';

/** The features of a server, in the order in which it lists them. */
export function featuresOf(): readonly Feature[] {
  return ['tail'];
}
