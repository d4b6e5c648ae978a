/** A count as people read it: `48,210`. */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** A count with its noun: `1 line`, `48,210 lines`. */
export function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A time span: `<1s`, `2.1s`, `42s`, `3m 12s`, `2h 05m`, `3d 04h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 1) return '<1s';
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}m ${twoDigits(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)}h ${twoDigits(Math.floor((whole % 3_600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d ${twoDigits(Math.floor((whole % 86_400) / 3_600))}h`;
}

/** How long ago something was: `just now`, `42s ago`, `5m ago`, `3h ago`, `2d ago`. */
export function ago(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds}s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h ago`;
  return `${Math.floor(seconds / 86_400)}d ago`;
}

/** A number of lines: `1 line`, `48,210 lines`, `250K lines`, `1.3M lines`. */
export function lineCount(lines: number): string {
  if (lines < 100_000) return counted(lines, 'line');
  return `${lines.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 })} lines`;
}

/** How tabs share connections: `1 tab · 1 connection`, `3 tabs share 1 connection`, `3 tabs · 2 connections`. */
export function sharingText(tabs: number, connections: number): string {
  return `${counted(tabs, 'tab')}${tabs > 1 && connections === 1 ? ' share ' : ' · '}${counted(connections, 'connection')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
