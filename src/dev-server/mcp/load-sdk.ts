import { CommandError, codeOf } from '../util/errors.ts';

/** The parts of the official SDK that are used. */
export interface McpSdk {
  readonly Server: (typeof import('@modelcontextprotocol/sdk/server/index.js'))['Server'];
  readonly StdioServerTransport: (typeof import('@modelcontextprotocol/sdk/server/stdio.js'))['StdioServerTransport'];
  readonly types: typeof import('@modelcontextprotocol/sdk/types.js');
}

/** Loads the SDK, which is an optional peer. Throws CommandError where it is not installed. */
export async function loadSdk(): Promise<McpSdk> {
  try {
    const [{ Server }, { StdioServerTransport }, types] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/index.js'),
      import('@modelcontextprotocol/sdk/server/stdio.js'),
      import('@modelcontextprotocol/sdk/types.js'),
    ]);
    return { Server, StdioServerTransport, types };
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError('log-stream mcp needs the SDK of the Model Context Protocol: npm install @modelcontextprotocol/sdk');
  }
}
