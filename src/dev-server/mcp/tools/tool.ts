import type { LogAccess } from '../access/log-access.ts';
import type { ToolArguments } from '../access/tool-arguments.ts';

/** A JSON schema of one argument. */
export interface ArgumentSchema {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

/** Something an agent can ask of the logs. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** What it does and when to use it, for the agent. */
  readonly description: string;
  readonly properties: Readonly<Record<string, ArgumentSchema>>;
  readonly required: readonly string[];
  /** Resolves to the answer, which is sent as JSON. Throws ToolError. `signal` is aborted when the agent cancels the call. */
  run(access: LogAccess, args: ToolArguments, signal: AbortSignal): Promise<object>;
}

export const CHANNEL_ARGUMENT: ArgumentSchema = {
  type: 'string',
  description: 'Channel of the log, as list_logs names it, e.g. "build:42".',
};
