/** Most different pieces of advice in a page: those that differ only in a detail must not fill the console. */
const MAX_ADVICE = 20;

const given = new Set<string>();

/** Tells the page's developer, in the console, what is wrong and how to fix it; each piece of advice once a page. */
export function advise(advice: string): void {
  if (given.has(advice) || given.size >= MAX_ADVICE) return;
  given.add(advice);
  console.warn(`log-stream: ${advice}`);
}
