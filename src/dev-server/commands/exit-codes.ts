import { CommandError } from '../util/errors.ts';

/** Commands that look things up exit as grep does: 0 found, 1 nothing found, 2 something went wrong. */
export const NOT_FOUND = 1;
const TROUBLE = 2;

/** Runs a command that exits as grep does. */
export async function likeGrep(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof CommandError ? new CommandError(error.message, TROUBLE) : error;
  }
}
