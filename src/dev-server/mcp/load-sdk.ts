import { CommandError, codeOf } from '../util/errors.ts';

/** Loads the official SDK, which is an optional peer. Throws CommandError where it is not installed. */
export async function loadSdk() {
  try {
    const [{ Server }, { StdioServerTransport }, { CallToolRequestSchema, ListToolsRequestSchema }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/index.js'),
      import('@modelcontextprotocol/sdk/server/stdio.js'),
      import('@modelcontextprotocol/sdk/types.js'),
    ]);
    return { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema };
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError('log-stream mcp needs the SDK of the Model Context Protocol: npm install @modelcontextprotocol/sdk');
  }
}
