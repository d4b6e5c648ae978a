// The exporters of the OpenTelemetry SDK, set up by their variables alone, in a process of their own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/server/util/package-root.ts';
import { startServer } from '../../support/server.ts';

const CLIENT = `
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
const { OTLPLogExporter } = await import(process.env.EXPORTER);
const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(), maxQueueSize: 20_000 })] });
const logger = provider.getLogger('test');
logger.emit({ body: 'started', severityNumber: 9, severityText: 'INFO' });
logger.emit({ body: { user: 'ann', ids: [1, 2.5] }, attributes: { 'http.status': 500 }, severityNumber: 17 });
logger.emit({ body: 'late', timestamp: new Date('2020-01-01') });
for (let number = 1; number <= 10_000; number += 1) logger.emit({ body: 'record ' + number, severityNumber: 5 });
await provider.shutdown();
`;

describe('the SDK of OpenTelemetry', () => {
  it.each([
    ['JSON', '@opentelemetry/exporter-logs-otlp-http', 'none'],
    ['JSON in gzip', '@opentelemetry/exporter-logs-otlp-http', 'gzip'],
    ['protobuf', '@opentelemetry/exporter-logs-otlp-proto', 'none'],
    ['protobuf in gzip', '@opentelemetry/exporter-logs-otlp-proto', 'gzip'],
  ])('exports all its records as %s to OTEL_EXPORTER_OTLP_ENDPOINT (H90)', async (_, exporter, compression) => {
    const server = await startServer();
    const topic = encodeURIComponent(server.sign('app/api', { write: true }));
    const { PATH = '' } = process.env;
    const env = {
      PATH,
      EXPORTER: exporter,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.port}/log-stream/otlp/app/api`,
      OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer%20${topic}`,
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
      OTEL_LOG_LEVEL: 'warn',
    };
    const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', CLIENT], { cwd: packageRoot(), env });
    expect(ran.stderr).toBe('');
    const { lines } = await server.store.read('app/api', { after: 0, limit: 20_000, bytes: 100_000_000 });
    expect(lines.slice(0, 3).map(([, text, extra]) => [text, extra?.l])).toEqual([
      ['started', 9],
      ['{"body":{"user":"ann","ids":[1,2.5]},"attributes":{"http.status":500}}', 17],
      ['late', undefined],
    ]);
    expect(lines.slice(3).map(([, text]) => text)).toEqual(Array.from({ length: 10_000 }, (__, at) => `record ${at + 1}`));
  });
});
