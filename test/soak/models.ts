import { inspect } from 'node:util';
import fc from 'fast-check';
import { serverModel } from '../server/model/model.ts';
import { sessionModel } from '../worker/session/model.ts';
import { propertyOf, type Model } from './model.ts';

/** So many plans of one model, all drawn by one seed. */
export interface Order {
  readonly model: string;
  readonly seed: number;
  readonly runs: number;
  /** Begins at the plan that this leads to. */
  readonly path?: string | undefined;
}

export interface Outcome {
  readonly runs: number;
  /** What failed, for people. */
  readonly failure?: { readonly path: string; readonly plan: string; readonly text: string };
}

type Check = (order: Order) => Promise<Outcome>;

function check<Plan>(model: Model<Plan>): Check {
  return async ({ seed, runs, path }) => {
    const details = await fc.check(propertyOf(model), { seed, numRuns: runs, ...(path === undefined ? {} : { path }) });
    if (!details.failed) return { runs: details.numRuns };
    return {
      runs: details.numRuns,
      failure: {
        path: details.counterexamplePath ?? '',
        plan: JSON.stringify(details.counterexample?.[0]),
        text: inspect(details.errorInstance),
      },
    };
  };
}

const CHECKS: ReadonlyMap<string, Check> = new Map([
  [sessionModel.name, check(sessionModel)],
  [serverModel.name, check(serverModel)],
]);

/** Carries out an order. Rejects for a model that there is not. */
export function soak(order: Order): Promise<Outcome> {
  const known = CHECKS.get(order.model);
  if (known === undefined) return Promise.reject(new Error(`There is no model ${order.model}: use ${[...CHECKS.keys()].join(', ')}.`));
  return known(order);
}
