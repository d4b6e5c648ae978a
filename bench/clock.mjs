// One clock for all processes of the machine, finer than the wall clock they share. Runs in Node and in pages.

const local = () => performance.timeOrigin + performance.now();

/** How far the wall clock is ahead of ours, measured at the moments at which it advances by a millisecond. */
function correction() {
  const differences = [];
  for (let ticks = 0; ticks < 21; ticks++) {
    const before = Date.now();
    let after = before;
    while (after === before) after = Date.now();
    differences.push(after - local());
  }
  return differences.sort((a, b) => a - b)[10] ?? 0;
}

const AHEAD = correction();

/** Unix ms, with fractions. */
export const now = () => local() + AHEAD;
