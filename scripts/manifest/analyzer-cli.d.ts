declare module '@custom-elements-manifest/analyzer/cli.js' {
  /** Runs the command in this process, with the configuration in `cwd`. Resolves with the manifest. */
  export function cli(options: { argv: string[]; cwd: string; noWrite: boolean }): Promise<unknown>;
}
