/** Whether users other than the owner can access a file or a directory. Windows has no such modes. */
export function isOpenToOthers({ mode }: { readonly mode: number }): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}
