import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

const { Varint, LengthDelimited } = WireType;

/** `ExportLogsServiceResponse` with a `partial_success`. */
export function protobufPartialSuccess(rejected: number, message: string): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, LengthDelimited).fork().tag(1, Varint).int64(rejected).tag(2, LengthDelimited).string(message).join();
  return writer.finish();
}

/** `google.rpc.Status`. */
export function protobufStatus(code: number, message: string): Uint8Array {
  return new BinaryWriter().tag(1, Varint).int32(code).tag(2, LengthDelimited).string(message).finish();
}
