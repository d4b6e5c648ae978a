#!/usr/bin/env node
import { missingPackages } from './cli/missing-packages.ts';

const missing = missingPackages();
if (missing.length === 0) {
  const { main } = await import('./commands/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(`log-stream: the command needs packages that were left out of this installation: npm i ${missing.join(' ')}\n`);
  process.exitCode = 1;
}
