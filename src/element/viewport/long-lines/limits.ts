/** Characters of a line drawn until the reader expands it. */
export const SHOWN_CHARACTERS = 4_096;
