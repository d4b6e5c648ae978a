/** What is switched off on this page stays off in this browser, where it may be stored. */

const PREFIX = 'log-stream-console-';

export function isSwitchedOn(name: string): boolean {
  try {
    return localStorage.getItem(PREFIX + name) !== 'off';
  } catch {
    return true;
  }
}

export function switchOn(name: string, isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, 'off');
  } catch {
    // Until the page is left, it is as the user said.
  }
}
