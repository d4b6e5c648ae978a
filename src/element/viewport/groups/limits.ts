/** Groups held, at most. */
export const MAX_GROUPS = 10_000;
