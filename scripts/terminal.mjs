// Colours for people, plain text for files. FORCE_COLOR is what `log-stream run` sets for its jobs.
const { env, stdout } = process;
const coloured = env['NO_COLOR'] ? false : env['FORCE_COLOR'] ? env['FORCE_COLOR'] !== '0' : stdout.isTTY;

/** @param {number} open @param {number} close */
const paint = (open, close) => (/** @type {string} */ text) => (coloured ? `\x1b[${open}m${text}\x1b[${close}m` : text);

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const red = paint(31, 39);
export const green = paint(32, 39);
export const yellow = paint(33, 39);
export const blue = paint(34, 39);
export const magenta = paint(35, 39);
export const cyan = paint(36, 39);

/** @param {number} from A time of performance.now(). */
export function elapsed(from) {
  const ms = performance.now() - from;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
