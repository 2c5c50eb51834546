/** Field numbers of the three ONNX messages that lead to a weight: ModelProto.graph, GraphProto.initializer and TensorProto's own. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_NAME = 8;
const TENSOR_RAW_DATA = 9;

type Visit = (field: number, bytes: Uint8Array) => void;

/** Walks one protobuf message and shows every length-delimited field; the others are skipped. */
function walk(message: Uint8Array, visit: Visit): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('the message is cut short');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const key = varint();
    const wire = key % 8;
    const field = Math.floor(key / 8);
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (at + length > message.length) throw new Error('the message is cut short');
      visit(field, message.subarray(at, at + length));
      at += length;
    } else throw new Error(`wire type ${wire} is not one of protobuf's`);
  }
}

/**
 * Reads the named float tensors out of an ONNX file, so that a small network can be run without an ONNX runtime.
 *
 * Only initializers with raw little-endian float32 data are returned. Field numbers: onnx.proto3 of the ONNX project.
 *
 * @throws Error when the bytes are not a protobuf message.
 */
export function onnxInitializers(file: Uint8Array): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  const names = new TextDecoder();
  walk(file, (field, graph) => {
    if (field !== MODEL_GRAPH) return;
    walk(graph, (graphField, tensor) => {
      if (graphField !== GRAPH_INITIALIZER) return;
      let name = '';
      let raw: Uint8Array | undefined;
      walk(tensor, (tensorField, bytes) => {
        if (tensorField === TENSOR_NAME) name = names.decode(bytes);
        else if (tensorField === TENSOR_RAW_DATA) raw = bytes;
      });
      // A copy, because raw data is not aligned to four bytes in the file. Not slice(): on a Buffer that is a view.
      if (raw !== undefined && raw.length % 4 === 0) tensors.set(name, new Float32Array(new Uint8Array(raw).buffer));
    });
  });
  return tensors;
}
