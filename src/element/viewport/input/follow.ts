/** The `follow` attribute: `auto` follows while the log grows and leaves a finished one at its start. */
export type FollowMode = 'auto' | 'on' | 'off';

export interface Follow {
  readonly following: boolean;
  /** Whether the reader or the page has decided; until then the first known state of the log may. */
  readonly decided: boolean;
}

/**
 * What may change following: another log, its first known state (`live` or `complete`), the reader leaving (wheel up,
 * keys, touch, thumb, a selection, a jump to a line), the reader reaching the last row or asking for the end, the
 * button, and the attribute. Nothing else does: appended lines and resizes never turn it on or off.
 */
export type FollowEvent =
  | { readonly type: 'reset'; readonly mode: FollowMode }
  | { readonly type: 'settled'; readonly complete: boolean; readonly mode: FollowMode }
  | { readonly type: 'left' }
  | { readonly type: 'reached-end' }
  | { readonly type: 'toggled' }
  | { readonly type: 'mode'; readonly mode: FollowMode };

export function initialFollow(mode: FollowMode): Follow {
  return { following: mode !== 'off', decided: mode !== 'auto' };
}

export function nextFollow(follow: Follow, event: FollowEvent): Follow {
  switch (event.type) {
    case 'reset':
      return initialFollow(event.mode);
    case 'settled':
      return follow.decided ? follow : { following: event.mode === 'on' || !event.complete, decided: true };
    case 'left':
      return { following: false, decided: true };
    case 'reached-end':
      return { following: true, decided: true };
    case 'toggled':
      return { following: !follow.following, decided: true };
    case 'mode':
      return event.mode === 'auto' ? follow : { following: event.mode === 'on', decided: true };
  }
}
