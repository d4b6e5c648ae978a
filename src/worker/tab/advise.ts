/** Different advice a page is given at most: what differs in nothing but a detail must not fill the console. */
const MOST = 20;

const given = new Set<string>();

/** Tells the page's developer what is wrong and what mends it: in the console, each thing once in a page. */
export function advise(advice: string): void {
  if (given.has(advice) || given.size >= MOST) return;
  given.add(advice);
  console.warn(`log-stream: ${advice}`);
}
