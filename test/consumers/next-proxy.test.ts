// examples/next, of which docs/getting-started.md quotes most: the dev server of Next forwards to a log server.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../scripts/processes.mjs';
import { codeBlocks } from '../pages/markdown.ts';
import { PageServer } from '../pages/page-server.ts';
import { Tabs } from '../tabs/driver.ts';
import { shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { Consumer } from './consumer.ts';
import { takePicture } from './picture.ts';
import { freePort, start } from './program.ts';
import { SECRET } from './visit.ts';

it.each(['next.config.mjs', 'app/log.jsx'])('the guide quotes %s as it is', async (file) => {
  const quoted = codeBlocks('docs/getting-started.md').find((block) => block.file === file);
  expect(quoted?.code.trim()).toBe((await readFile(join(ROOT, 'examples/next', file), 'utf8')).trim());
});

it('two tabs on a page of a Next dev server share one socket through its rewrite', async () => {
  const consumer = await Consumer.example('next');
  const port = await freePort();
  const logs = await PageServer.start({ allowOrigins: [`http://localhost:${port}`], secrets: [SECRET] });
  onTestFinished(() => logs.close());
  await logs.write(1, 5);
  const config = join(consumer.folder, 'next.config.mjs');
  await writeFile(config, (await readFile(config, 'utf8')).replace(':8787', `:${logs.port}`));
  consumer.variables['LOG_STREAM_SECRET'] = SECRET;
  await start(consumer, `npx next dev -p ${port}`, /Ready in/u);
  const tabs = await Tabs.launch();
  onTestFinished(() => tabs.close());
  // The first request compiles the page.
  const opened = [await tabs.open(`http://localhost:${port}/`), await tabs.open(`http://localhost:${port}/`)];
  for (const tab of opened) await vi.waitFor(async () => expect(await shownState(tab)).toBe('live'), patience);
  await vi.waitFor(() => expect(logs.logs.stats().sockets).toBe(1), patience);
  expect(tabs.takeProblems()).toEqual([]);
  await takePicture(opened[0]!, 'next', {
    act(log) {
      document.querySelector('nextjs-portal')?.remove();
      log.goTo('start');
    },
  });
});
