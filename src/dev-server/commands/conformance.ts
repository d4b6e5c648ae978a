import type { Arguments } from '../cli/arguments.ts';
import type { Command } from '../cli/command.ts';
import { CommandError, UsageError } from '../cli/errors.ts';
import { StdoutPipe } from '../cli/stdout-pipe.ts';
import { checkSecrets, secretsFrom } from '../cli/settings.ts';
import { RULES } from '../../conformance/cases/index.ts';
import { baseUrl, isReachable, runConformance, type ConformanceOptions } from '../../conformance/kit.ts';
import { resultText, summaryText } from '../../conformance/report.ts';

export const conformance: Command = {
  name: 'conformance',
  operands: 'URL --secret SECRET [options]',
  summary: 'Check a server against the numbered rules of PROTOCOL.md',
  about: `
Runs the rules of PROTOCOL.md against any server that claims the protocol, and says for each whether it holds. URL is the base URL
with the base path. The topics are signed here with the secret of the server, else with LOG_STREAM_SECRET; the logs that are written
have random names and are removed again. A rule is named by its number, a whole block by its letter. Ends with 0 when nothing failed.

  log-stream conformance http://127.0.0.1:8787/log-stream --secret "$LOG_STREAM_SECRET"
  log-stream conformance http://127.0.0.1:8787/log-stream --only W14,H10 --json
  log-stream conformance https://logs.example.com/log-stream --skip H60,L3`,
  options: [
    { name: 'secret', value: 'SECRET', help: 'Signs the topics (default: LOG_STREAM_SECRET); of several the first does' },
    { name: 'only', value: 'RULES', help: 'Run these rules, as W14,H10 or W' },
    { name: 'skip', value: 'RULES', help: 'Leave these out, since the server does not claim them' },
    { name: 'timeout', value: 'TIME', help: 'The most that one answer may take (default 10s)' },
    { name: 'json', help: 'Print the report as JSON' },
  ],
  async run(args) {
    const options = optionsFrom(args);
    if (!(await isReachable(options))) {
      throw new CommandError(
        `Nothing answers at ${options.url}: start the server, or give its base URL, as http://127.0.0.1:8787/log-stream.`,
      );
    }
    const out = new StdoutPipe(process.stdout);
    const isJson = args.flag('json');
    const report = await runConformance({
      ...options,
      onResult: (result) => {
        if (!isJson) void out.write(`${resultText(result)}\n`);
      },
    });
    await out.write(`${isJson ? JSON.stringify(report, undefined, 2) : summaryText(report)}\n`);
    return report.failed === 0 ? 0 : 1;
  },
};

/** Throws UsageError. */
function optionsFrom(args: Arguments): ConformanceOptions {
  const url = args.operand('URL');
  const given = args.text('secret');
  const secrets = given === undefined ? secretsFrom() : checkSecrets(given, '--secret');
  if (secrets === undefined) throw new UsageError('Missing secret: give --secret, or set LOG_STREAM_SECRET.');
  const only = rulesOf(args, 'only');
  const skip = rulesOf(args, 'skip');
  const timeout = args.duration('timeout');
  return {
    url: checkUrl(url),
    secret: secrets,
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

function checkUrl(text: string): string {
  try {
    return baseUrl(text).href;
  } catch {
    throw new UsageError(`${JSON.stringify(text)} is no URL of a server: write it as http://127.0.0.1:8787/log-stream.`);
  }
}

function rulesOf(args: Arguments, name: string): readonly string[] | undefined {
  const rules = args
    .text(name)
    ?.split(',')
    .map((rule) => rule.trim().toUpperCase());
  for (const rule of rules ?? []) {
    if (RULES.some((known) => known === rule || known.charAt(0) === rule)) continue;
    throw new UsageError(`--${name} takes numbers of rules such as W14,H10, or letters of blocks, not ${JSON.stringify(rule)}.`);
  }
  return rules;
}
