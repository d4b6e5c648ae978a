import fc from 'fast-check';

/** Something that is held against a model under plans drawn by lot. */
export interface Model<Plan> {
  /** The name on the command line. */
  readonly name: string;
  readonly plans: fc.Arbitrary<Plan>;
  /** Throws, or rejects, when something did not hold. */
  readonly run: (plan: Plan) => void | Promise<void>;
}

/** A plan that once failed, after shrinking, and its origin. */
export interface Kept<Plan> {
  readonly seed: number;
  readonly path: string;
  readonly plan: Plan;
}

/** The property that fast-check runs. */
export function propertyOf<Plan>({ plans, run }: Pick<Model<Plan>, 'plans' | 'run'>): fc.IAsyncProperty<[Plan]> {
  return fc.asyncProperty(plans, async (plan) => {
    await run(plan);
  });
}
