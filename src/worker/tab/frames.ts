import { attempt } from '../platform/attempt.ts';

/** Time between two frames of most screens, ms; on faster ones some frames are skipped. */
const FRAME = 1_000 / 60;

/** Estimated ms until the page draws its next frame; undefined where nothing is drawn. */
export function untilFrame(): number | undefined {
  return attempt(frameAfterNow);
}

function frameAfterNow(): number | undefined {
  if (typeof document === 'undefined' || document.visibilityState !== 'visible') return undefined;
  const drawnAt = (document as { readonly timeline?: { readonly currentTime: unknown } }).timeline?.currentTime;
  if (typeof drawnAt !== 'number') return undefined;
  return FRAME - (Math.max(0, performance.now() - drawnAt) % FRAME);
}
