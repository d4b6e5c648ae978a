import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import { codeOf } from '../cli/errors.ts';
import type { Endpoint } from './endpoint.ts';

/** What listens at an address: a log-stream server, something else, or nothing. */
export async function whoListens(endpoint: Endpoint): Promise<'log-stream' | 'other' | 'nobody'> {
  try {
    const { body } = await endpoint.ask(`${DEFAULT_BASE_PATH}/health`, { patience: 10_000 });
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean' ? 'log-stream' : 'other';
  } catch (error) {
    return codeOf(error) === 'ECONNREFUSED' ? 'nobody' : 'other';
  }
}
