import { attempt } from '../platform/attempt.ts';

/** How often most screens are drawn, ms; on faster ones some frames are passed over. */
const FRAME = 1_000 / 60;

/** ms until the page is drawn the next time, as far as can be told; undefined where nothing is drawn. */
export function untilFrame(): number | undefined {
  return attempt(frameAfterNow);
}

function frameAfterNow(): number | undefined {
  if (typeof document === 'undefined' || document.visibilityState !== 'visible') return undefined;
  const drawnAt = (document as { readonly timeline?: { readonly currentTime: unknown } }).timeline?.currentTime;
  if (typeof drawnAt !== 'number') return undefined;
  return FRAME - (Math.max(0, performance.now() - drawnAt) % FRAME);
}
