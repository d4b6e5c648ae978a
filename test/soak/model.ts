import fc from 'fast-check';

/** Something that is held against a model under plans drawn by lot. */
export interface Model<Plan> {
  /** As it is chosen on the command line. */
  readonly name: string;
  readonly plans: fc.Arbitrary<Plan>;
  /** Throws, or rejects, when something did not hold. */
  readonly run: (plan: Plan) => void | Promise<void>;
}

/** A plan that once failed, as it was shrunk, and where it came from. */
export interface Kept<Plan> {
  readonly seed: number;
  readonly path: string;
  readonly plan: Plan;
}

/** What fast-check runs. */
export function propertyOf<Plan>({ plans, run }: Pick<Model<Plan>, 'plans' | 'run'>): fc.IAsyncProperty<[Plan]> {
  return fc.asyncProperty(plans, async (plan) => {
    await run(plan);
  });
}
