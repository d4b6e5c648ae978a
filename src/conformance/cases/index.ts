import type { Case, Untestable } from '../steps.ts';
import { access } from './access.ts';
import { appending } from './appending.ts';
import { events } from './events.ts';
import { exporting } from './exporting.ts';
import { levels } from './levels.ts';
import { marks } from './marks.ts';
import { live } from './live.ts';
import { model } from './model.ts';
import { reading } from './reading.ts';
import { searching } from './searching.ts';
import { seeking } from './seeking.ts';
import { sockets } from './sockets.ts';
import { subscribing } from './subscribing.ts';
import { tails } from './tails.ts';
import { topics } from './topics.ts';

const BLOCKS = 'MTWHL';

/** Every case, in the order of PROTOCOL.md. */
export const CASES: readonly (Case | Untestable)[] = [
  ...model,
  ...topics,
  ...sockets,
  ...subscribing,
  ...live,
  ...tails,
  ...access,
  ...reading,
  ...events,
  ...seeking,
  ...levels,
  ...searching,
  ...marks,
  ...appending,
  ...exporting,
].sort((one, another) => orderOf(one.rule) - orderOf(another.rule));

/** The numbers of all rules in the kit, in order. */
export const RULES: readonly string[] = [...new Set(CASES.map(({ rule }) => rule))];

/** Whether an entry cannot be observed from outside. */
export function isUntestable(item: Case | Untestable): item is Untestable {
  return 'why' in item;
}

/** The position of a rule such as `W14`. */
function orderOf(rule: string): number {
  return BLOCKS.indexOf(rule.charAt(0)) * 1_000 + Number(rule.slice(1));
}
