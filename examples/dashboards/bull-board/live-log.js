// Adds a tab with the live log to each job of bull-board. The topic is in the job's link to its log, signed again with each poll.
import '/log-stream/assets/log-stream.js';

document.head.insertAdjacentHTML('beforeend', '<style>body { color-scheme: light } .dark-mode { color-scheme: dark }</style>');
const LINK = 'a[href*="#topic="]';
const redraws = new WeakMap();

function addTab(tabs, job) {
  const topic = () => new URLSearchParams(job.querySelector(LINK).hash.slice(1)).get('topic');
  const log = document.createElement('log-stream');
  log.addEventListener('log-stream-refresh', (event) => event.respondWith(topic()));
  const [chosen, other] = [true, false].map((isChosen) => tabs.querySelector(`[aria-selected=${isChosen}]`));
  const highlight = [...chosen.classList].find((name) => !other.classList.contains(name));
  const tab = Object.assign(document.createElement('button'), { role: 'tab', className: other.className, textContent: 'Live log' });
  const choose = (one) => {
    if (one === tab && !log.isConnected) tabs.after(Object.assign(log, { topic: topic(), label: 'Log' }));
    for (const each of tabs.children) each.classList.toggle(highlight, (each.ariaSelected = String(each === one)) === 'true');
    for (const panel of tabs.parentElement.children) panel.hidden = panel !== tabs && (panel === log) !== (one === tab);
  };
  tabs.addEventListener('click', ({ target }) => target.role === 'tab' && choose(target));
  // React draws the tabs again whenever it likes: ours stays the last, and stays chosen.
  redraws.set(tabs, () => {
    if (tabs.lastElementChild !== tab) tabs.append(tab);
    if (tab.ariaSelected === 'true') choose(tab);
  });
}

new MutationObserver((_, observer) => {
  for (const tabs of document.querySelectorAll('[role=tablist]:has([aria-selected=true]):has([aria-selected=false])')) {
    const job = tabs.closest(`:has(${LINK})`);
    if (!redraws.has(tabs) && job?.querySelectorAll('[role=tablist]').length === 1) addTab(tabs, job);
    redraws.get(tabs)?.();
  }
  observer.takeRecords();
}).observe(document, { subtree: true, childList: true, attributeFilter: ['aria-selected'] });
