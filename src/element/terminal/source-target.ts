import { linkTarget } from './link-target.ts';

/** A place in a file, as a log names it. */
export interface SourcePlace {
  readonly path: string;
  readonly line: string;
  readonly column: string | undefined;
}

/** The longest path that becomes a link, characters. */
const MAX_PATH = 1_024;

/** Begins with a host rather than a folder, or leads out of the folder that the template names. */
const ELSEWHERE = /^[/\\]{2}|(?:^|[/\\])\.\.(?:[/\\]|$)/u;
/** The extension of a file begins with a letter: an address such as 10.0.0.1 is none. */
const EXTENSION = /^\p{L}[\w+-]{0,9}$/u;
/** Extensions that make a name without a folder a file rather than a host: `main.go:12`, but not `example.com:80`. */
const SOURCES =
  /^(?:[cm]?[jt]sx?|vue|svelte|astro|py[ix]?|rb|erb|go|rs|java|kts?|scala|groovy|gradle|swift|mm?|[ch](?:pp|xx|c|h)?|\+\+|cc|cxx|hh|inl|cs|fs|vb|php|p[lm]|lua|sh|bash|zsh|fish|ps1|sql|exs?|erl|hs|ml|clj|dart|zig|nim|jl|r|s|asm|css|s[ac]ss|less|html?|xml|json5?|ya?ml|toml|ini|cfg|conf|mdx?|rst|txt|proto|tf|cmake|mk|feature)$/iu;

/**
 * The address of a place in a file by the page's template (`https://…/{path}#L{line}`); undefined where the path is none of a file,
 * or the address is not allowed. The path is percent-encoded, relative, and never leads out of its folder.
 */
export function sourceTarget(template: string, { path, line, column }: SourcePlace): string | undefined {
  if (path.length > MAX_PATH || ELSEWHERE.test(path) || !template.includes('{path}')) return undefined;
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const dot = path.lastIndexOf('.');
  const extension = path.slice(dot + 1);
  if (dot <= slash + 1 || !EXTENSION.test(extension)) return undefined;
  if (slash === -1 && !SOURCES.test(extension)) return undefined;
  const names = path.split(/[/\\]/u).filter((name) => name !== '' && name !== '.');
  const values: Readonly<Record<string, string>> = {
    path: names.map(encodeURIComponent).join('/'),
    line,
    column: column ?? '1',
  };
  return linkTarget(template.replaceAll(/\{(path|line|column)\}/gu, (_, name: string) => values[name] ?? ''));
}
