/** The languages that are shipped beside English, by primary subtag. */
const SHIPPED: Readonly<Record<string, () => Promise<unknown>>> = {
  de: async () => (await import('./de.ts')).german,
};

/** Loads the words of a language by its BCP 47 tag, `de` as well as `de-CH`; undefined for one that is not shipped. */
export function loadLanguage(tag: string): Promise<unknown> | undefined {
  const [primary = ''] = tag.toLowerCase().split('-');
  return Object.hasOwn(SHIPPED, primary) ? SHIPPED[primary]?.() : undefined;
}
