// examples/node-red: a dashboard of Node-RED, with a log server in the same process.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Tabs } from '../tabs/driver.ts';
import { shownRows, shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { Consumer } from './consumer.ts';
import { expectLogs, expectOneSocket, openTwo } from './dashboard-page.ts';
import { takePicture } from './picture.ts';
import { freePort, start } from './program.ts';
import { SECRET } from './visit.ts';

let tabs: Tabs;
beforeAll(async () => {
  tabs = await Tabs.launch();
});
afterAll(() => tabs.close());

it('two tabs of a dashboard of Node-RED show what its flow writes, over one socket', async () => {
  const consumer = await Consumer.example('node-red');
  const port = await freePort();
  Object.assign(consumer.variables, { PORT: String(port), LOG_STREAM_SECRET: SECRET });
  await start(consumer, 'exec npm start', /Started flows/u);
  const { pages, complaints } = await openTwo(tabs, `http://127.0.0.1:${port}/dashboard/build`);
  const [first] = pages;
  for (const page of pages) {
    await page.bringToFront();
    await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
  }
  await first!.bringToFront();
  await first!.locator('::-p-aria([role="button"][name="Build"])').setTimeout(patience.timeout).click();
  await expectLogs(pages);
  for (const page of pages) {
    await page.bringToFront();
    await vi.waitFor(async () => expect((await shownRows(page)).at(-1)).toBe('5: step 5'), patience);
  }
  await expectOneSocket(pages);
  expect(complaints).toEqual([]);
  expect(tabs.takeProblems()).toEqual([]);
  // Dashboard 2 says that it also works offline, at some moment, above whatever is there.
  const act = (): void =>
    document.head.append(Object.assign(document.createElement('style'), { textContent: '.pwa-toast { display: none !important }' }));
  await takePicture(first!, 'node-red', { size: [1_000, 700], act });
});
