import { duration, flag, text } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { CommandError, UsageError } from '../util/errors.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import { checkSecrets, secretsFrom } from '../cli/settings.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import { RULES } from '../../conformance/cases/index.ts';
import { baseUrl, isReachable, runConformance, type ConformanceOptions } from '../../conformance/kit.ts';
import { resultText, summaryText } from '../../conformance/report.ts';

interface KitOptions {
  readonly secret?: Secrets;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly timeout?: number;
  readonly json?: true;
}

export const conformance: CommandModule<KitOptions> = {
  operands: ['<URL>'],
  usage: 'URL --secret SECRET [options]',
  about: `
Checks any server against the rules of PROTOCOL.md and says for each rule whether it holds. URL is the server's base URL with the
base path. The logs that are written have random names and are removed afterwards. Name a rule by its number, a whole block by
its letter. Exits with 0 when nothing failed.

  log-stream conformance http://127.0.0.1:8787/log-stream --secret "$LOG_STREAM_SECRET"
  log-stream conformance http://127.0.0.1:8787/log-stream --only W14,H10 --json
  log-stream conformance https://logs.example.com/log-stream --skip H60,L3`,
  options: [
    text(
      '--secret <SECRET>',
      'Secret of the server, which signs the topics; of several, the first. Visible in the list of processes, unlike LOG_STREAM_SECRET (default: LOG_STREAM_SECRET)',
      checkSecrets,
    ),
    text('--only <RULES>', 'Run only these rules, e.g. W14,H10 or W (default: all)', checkRules),
    text('--skip <RULES>', 'Leave out these rules, since the server does not claim them (default: none)', checkRules),
    duration('--timeout <TIME>', 'Time to wait for one answer, e.g. 30s (default: 10s)'),
    flag('--json', 'Print the report as JSON'),
  ],
  async run({ operands: [operand = ''], options: { json: isJson = false, ...given } }) {
    const options = optionsFrom(operand, given);
    if (!(await isReachable(options))) {
      throw new CommandError(
        `Nothing answers at ${options.url}: start the server, or give its base URL, as http://127.0.0.1:8787/log-stream.`,
      );
    }
    const out = new StdoutPipe(process.stdout);
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
function optionsFrom(url: string, { secret = secretsFrom(), ...rest }: Omit<KitOptions, 'json'>): ConformanceOptions {
  if (secret === undefined) throw new UsageError('Missing secret: give --secret, or set LOG_STREAM_SECRET.');
  return { url: checkUrl(url), secret, ...rest };
}

function checkUrl(text: string): string {
  try {
    return baseUrl(text).href;
  } catch {
    throw new UsageError(`${JSON.stringify(text)} is no URL of a server: write it as http://127.0.0.1:8787/log-stream.`);
  }
}

function checkRules(value: string, name: string): readonly string[] {
  const rules = value.split(',').map((rule) => rule.trim().toUpperCase());
  for (const rule of rules) {
    if (RULES.some((known) => known === rule || known.charAt(0) === rule)) continue;
    throw new UsageError(`${name} takes numbers of rules such as W14,H10, or letters of blocks, not ${JSON.stringify(rule)}.`);
  }
  return rules;
}
