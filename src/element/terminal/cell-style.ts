import { SGR_DEFAULT, type SgrState } from '../../protocol/sgr.ts';
import { ALL_TOKENS, GROUNDS } from '../styles/ansi-colors.ts';
import { luminance, mix, parseRgb, readable, type Rgb } from './contrast.ts';

/** A colour in the dark and in the light theme. */
export interface Themed {
  readonly dark: string;
  readonly light: string;
  /** On paper, which is white whatever the page's background is; undefined where that makes no difference. */
  readonly paper?: string | undefined;
}

/** How a run is drawn: classes of the stylesheet, and the colours that only the run itself knows. */
export interface CellStyle {
  /** Drawn like the log's own text. */
  readonly bare: boolean;
  /** Class attribute; empty for plain text. */
  readonly className: string;
  readonly color: Themed | undefined;
  readonly background: string | undefined;
  /** Of underlines. */
  readonly line: Themed | undefined;
}

const PLAIN: CellStyle = { bare: true, className: '', color: undefined, background: undefined, line: undefined };

const UNDERLINES = ['', 'u', 'u u2', 'u u3', 'u u4', 'u u5'];
const LEVELS = [0, 95, 135, 175, 215, 255];
/** Text on light and on dark backgrounds. */
const INK: Rgb = [14, 17, 22];
const PAPER: Rgb = [255, 255, 255];
/** Luminance of a background above which dark text is easier to read than light text. */
const MIDDLE = 0.18;
/** Share of the background in a dimmed colour. */
const DIMMED = 0.35;

/** A palette index 0 to 15, or a colour. */
type Color = number | Rgb | undefined;

interface Theme {
  readonly text: Rgb;
  /** The row background on which text of this theme is hardest to read. */
  readonly ground: Rgb;
  readonly palette: readonly Rgb[];
}

const DARK = theme(1, (one, other) => luminance(one) > luminance(other));
const LIGHT = theme(2, (one, other) => luminance(one) < luminance(other));

function theme(column: 1 | 2, harder: (one: Rgb, other: Rgb) => boolean): Theme {
  const token = (name: string): Rgb => hex(ALL_TOKENS.find(([known]) => known === name)?.[column] ?? '');
  return {
    text: token('fg'),
    ground: GROUNDS.map(token).reduce((worst, ground) => (harder(ground, worst) ? ground : worst)),
    palette: Array.from({ length: 16 }, (_, index) => token(`ansi-${index}`)),
  };
}

/** The background of text in each theme. */
export interface Background {
  readonly dark: Theme;
  readonly light: Theme;
  /** Cache: styles are few, and mostly the same objects. */
  readonly styles: WeakMap<SgrState, CellStyle>;
}

export const OWN_BACKGROUND: Background = { dark: DARK, light: LIGHT, styles: new WeakMap() };

/** The background, if the page may have set another one for the theme in use; `background` is the computed colour. */
export function backgroundOf(background: string, isLight: boolean): Background {
  const page = parseRgb(background);
  if (page === undefined) return OWN_BACKGROUND;
  const [dark, light] = isLight ? [DARK, on(LIGHT, page)] : [on(DARK, page), LIGHT];
  return dark === DARK && light === LIGHT ? OWN_BACKGROUND : { dark, light, styles: new WeakMap() };
}

/** A theme on the page's background; its own row backgrounds still count unless no text suits both. */
function on(theme: Theme, page: Rgb): Theme {
  const [own, other] = [luminance(theme.ground), luminance(page)];
  const isLight = own > MIDDLE;
  return other > MIDDLE === isLight && (isLight ? other >= own : other <= own) ? theme : { ...theme, ground: page };
}

export function sameBackground(one: Background, other: Background): boolean {
  return String([one.dark.ground, one.light.ground]) === String([other.dark.ground, other.light.ground]);
}

export function cellStyleOf(style: SgrState, ground = OWN_BACKGROUND): CellStyle {
  if (style === SGR_DEFAULT) return PLAIN;
  const known = ground.styles.get(style);
  if (known !== undefined) return known;
  const cellStyle = makeCellStyle(style, ground);
  ground.styles.set(style, cellStyle);
  return cellStyle;
}

function makeCellStyle(style: SgrState, ground: Background): CellStyle {
  const classes: string[] = [];
  if (style.bold) classes.push('b');
  if (style.italic) classes.push('i');
  const underline = UNDERLINES[style.blink && style.underline === 0 ? 4 : style.underline];
  if (underline !== undefined && underline !== '') classes.push(underline);
  if (style.strike) classes.push('s');
  if (style.overline) classes.push('o');
  const dim = style.dim || style.conceal;
  let front = parseColor(style.foreground);
  let back = parseColor(style.background);
  if (style.inverse) {
    [front, back] = [back, front];
    if (back === undefined) classes.push('inv');
  }
  if (typeof back === 'number') classes.push(`bg${back}`);
  let color: Themed | undefined;
  if (typeof front === 'object' || typeof back === 'object' || (dim && front !== undefined && back === undefined)) {
    const colored = { front, back, inverse: style.inverse, dim };
    const light = colorIn(ground.light, colored);
    const paper = colorIn(LIGHT, colored);
    color = { dark: colorIn(ground.dark, colored), light, paper: paper === light ? undefined : paper };
  } else if (back === undefined && !style.inverse) {
    // The sixteen colours suit the log's own background; on a coloured one the stylesheet picks black or white.
    if (front !== undefined) classes.push(`fg${front}`);
    else if (dim) classes.push('d');
  }
  const line = parseColor(style.underlineColor);
  const className = classes.join(' ');
  const background = typeof back === 'object' ? css(back) : undefined;
  return {
    bare: className === '' && color === undefined && background === undefined,
    className,
    color,
    background,
    line: line === undefined || className === '' ? undefined : { dark: css(own(DARK, line)), light: css(own(LIGHT, line)) },
  };
}

interface Colored {
  readonly front: Color;
  readonly back: Color;
  readonly inverse: boolean;
  readonly dim: boolean;
}

/** The colour of text in a theme: the requested one, made readable. */
function colorIn(theme: Theme, { front, back, inverse, dim }: Colored): string {
  const ground = back === undefined ? (inverse ? theme.text : theme.ground) : own(theme, back);
  // Text without a colour on a coloured background is dark or light, whichever is easier to read.
  const requested = front === undefined ? (luminance(ground) > MIDDLE ? INK : PAPER) : own(theme, front);
  return css(readable(dim ? mix(requested, ground, DIMMED) : requested, ground));
}

function own(theme: Theme, color: number | Rgb): Rgb {
  return typeof color === 'number' ? (theme.palette[color] ?? theme.text) : color;
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

function hex(text: string): Rgb {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function css(rgb: Rgb): string {
  return `rgb(${rgb.join(' ')})`;
}
