import { runProgram, type CommandEntry } from '../cli/program.ts';

const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'Serve logs, and a page that shows them and runs commands',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'run',
    summary: 'Run a command and stream its output',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'tail',
    summary: 'Follow a file',
    load: async () => (await import('./tail.ts')).tail,
  },
  {
    name: 'append',
    summary: 'Append standard input to a log, line by line as it arrives',
    load: async () => (await import('./append.ts')).append,
  },
  {
    name: 'watch',
    summary: 'Print a log from its first line and follow it to its end',
    load: async () => (await import('./watch.ts')).watch,
  },
  {
    name: 'search',
    summary: 'Print the lines of a log that match',
    load: async () => (await import('./search.ts')).search,
  },
  {
    name: 'outline',
    summary: 'Print what a log holds: its levels and its groups',
    load: async () => (await import('./outline.ts')).outline,
  },
  {
    name: 'mcp',
    summary: 'Let an agent read logs (Model Context Protocol)',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  {
    name: 'sign',
    summary: 'Print a signed topic, which lets its bearer watch or write a log',
    load: async () => (await import('./sign.ts')).sign,
  },
  {
    name: 'conformance',
    summary: 'Check a server against the numbered rules of PROTOCOL.md',
    load: async () => (await import('./conformance.ts')).conformance,
  },
];

/** Runs the command line and resolves to the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return runProgram(COMMANDS, argv);
}
