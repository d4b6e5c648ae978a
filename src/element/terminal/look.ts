import { SGR_DEFAULT, type SgrState } from '../../protocol/sgr.ts';

/** How a run is drawn: classes of the stylesheet, and the colours that only the run itself knows. */
export interface Look {
  /** Drawn like the log's own text. */
  readonly bare: boolean;
  /** Class attribute; empty for plain text. */
  readonly className: string;
  readonly color: string | undefined;
  readonly background: string | undefined;
}

const PLAIN: Look = { bare: true, className: '', color: undefined, background: undefined };

const UNDERLINES = ['', 'u', 'u2', 'u3', 'u4', 'u5'];
const LEVELS = [0, 95, 135, 175, 215, 255];

type Rgb = readonly [red: number, green: number, blue: number];
/** A palette index 0 to 15, or a colour of its own. */
type Color = number | Rgb | undefined;

export function lookOf(style: SgrState): Look {
  if (style === SGR_DEFAULT) return PLAIN;
  const classes: string[] = [];
  if (style.bold) classes.push('b');
  if (style.dim || style.conceal) classes.push('d');
  if (style.italic) classes.push('i');
  const underline = UNDERLINES[style.blink && style.underline === 0 ? 4 : style.underline];
  if (underline !== undefined && underline !== '') classes.push(underline);
  if (style.strike) classes.push('s');
  if (style.overline) classes.push('o');
  let front = parseColor(style.foreground);
  let back = parseColor(style.background);
  if (style.inverse) {
    [front, back] = [back, front];
    if (back === undefined) classes.push('inv');
  }
  let color: string | undefined;
  let background: string | undefined;
  if (typeof back === 'number') classes.push(`bg${back}`);
  else if (back !== undefined) {
    background = css(back);
    // Text without a readable colour of its own is black or white, whichever stands out more.
    if (typeof front !== 'object') color = luminance(back) > 0.18 ? '#0e1116' : '#ffffff';
  }
  if (typeof front === 'object') color = css(front);
  // The sixteen colours are made for the log's own background; on a coloured one the stylesheet picks black or white.
  else if (front !== undefined && back === undefined && !style.inverse) classes.push(`fg${front}`);
  const className = classes.join(' ');
  return { bare: className === '' && color === undefined && background === undefined, className, color, background };
}

/** Reads the canonical parameters of {@link SgrState}: `31`, `38;5;208`, `38;2;255;128;0`. */
function parseColor(params: string): Color {
  if (params === '') return undefined;
  const [code = 0, mode = 0, ...values] = params.split(';').map(Number);
  if (mode === 2) return [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0];
  if (mode === 5) return indexed(values[0] ?? 0);
  return code >= 90 ? 8 + ((code - 90) % 10) : (code - 30) % 10;
}

function indexed(index: number): Color {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const cube = index - 16;
  return [LEVELS[Math.floor(cube / 36)] ?? 0, LEVELS[Math.floor(cube / 6) % 6] ?? 0, LEVELS[cube % 6] ?? 0];
}

function css(rgb: Rgb): string {
  return `rgb(${rgb.join(' ')})`;
}

/** Relative luminance (WCAG 2). */
function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
