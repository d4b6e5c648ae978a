/** The optional package that reads and writes protobuf is not installed. */
export class ProtobufMissingError extends Error {
  override readonly name = 'ProtobufMissingError';

  constructor(cause: unknown) {
    super('This server reads OTLP only as JSON. For protobuf, install one more package beside it: npm i @bufbuild/protobuf', { cause });
  }
}

/** Loads what reads and writes protobuf. Rejects with {@link ProtobufMissingError} if the package for it is not installed. */
export async function loadProtobuf() {
  try {
    const [records, answers] = await Promise.all([import('./protobuf-records.ts'), import('./protobuf-answers.ts')]);
    return { ...records, ...answers };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') throw new ProtobufMissingError(error);
    throw error;
  }
}
