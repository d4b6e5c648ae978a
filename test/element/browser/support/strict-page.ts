import { frame, mount, rowsOnScreen, shadow, until } from './fixture.ts';
import { MemoryLog } from './memory-log.ts';

// Runs in a page with a strict policy, and reports its violations.
const violations: string[] = [];
document.addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.sourceFile}`));

const log = new MemoryLog((line) => [0, `\x1b[38;5;208mline ${line}\x1b[0m <b>`]);
const mounted = mount(log, { time: 'utc', follow: 'auto', theme: 'dark' });
const { element } = mounted;
log.live(50_000);
await until(() => rowsOnScreen(element).length > 5);
element.goTo(1_000);
await frame();
mounted.scroller.scrollTop += 50;
log.set({ state: 'reconnecting', retryAt: Date.now() + 3_000 });
await until(() => element.getAttribute('state') === 'reconnecting');
log.set({ state: 'catching-up' });
shadow<HTMLButtonElement>(element, '[data-action="time"]').click();
await frame();
await until(() => shadow(element, '.text span').textContent !== '');
const found = [...violations];
// Checks that the policy is in force.
document.body.setAttribute('style', 'color: red');
let trustedTypes = false;
try {
  document.body.innerHTML = '<b></b>';
} catch {
  trustedTypes = true;
}
await until(() => violations.some((violation) => violation.startsWith('style-src')));
parent.postMessage(
  {
    violations: found,
    trustedTypes,
    rows: rowsOnScreen(element).length,
    color: getComputedStyle(shadow(element, '.text span')).color,
    height: element.offsetHeight,
  },
  '*',
);
