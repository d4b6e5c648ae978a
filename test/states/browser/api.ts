// What tests call in the page.

/** Left, top, width and height, px. */
export type Box = readonly [left: number, top: number, width: number, height: number];

export interface StateShown {
  readonly name: string;
  /** Shown by itself: it needs the focus, the pointer, or another kind of pointer. */
  readonly alone: boolean;
  readonly coarse: boolean;
}

export interface StatesPage {
  readonly all: readonly StateShown[];
  /** The height that all states need, px. */
  readonly height: number;
  /** Shows all states but those that are shown by themselves, from their beginning; resolves once they are complete. */
  showAll(): Promise<void>;
  /** Shows a state from its beginning; resolves once it is complete. */
  show(name: string): Promise<void>;
  /** Takes all states away, and leaves room for one only; undefined: for all again. */
  alone(name: string | undefined): void;
  /** Lets time pass again: it stands still once everything is complete, for all code of the page. */
  resume(): void;
  boxes(name: string): Record<string, Box>;
  /** Where a state is, px of the page. */
  place(name: string): Box;
}

declare global {
  interface Window {
    states: StatesPage;
    /** Resolves once every state that is not shown by itself is complete. */
    shown: Promise<void>;
  }
}
