/** CPU seconds within `PAUSE` below which a server does nothing but wait. */
const IDLE = 0.02;
const PAUSE = 500;

/** Resolves once a server does nothing in the background any more, such as sealing. @param {Pick<Awaited<ReturnType<typeof import('../server/load.mjs').openServer>>, 'cpu'>} server */
export async function idle(server) {
  for (let before = (await server.cpu()).seconds; ;) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const { seconds } = await server.cpu();
    if (seconds - before < IDLE) return;
    before = seconds;
  }
}
