/** One field of a protobuf message: its number, and a number, a text, or bytes that may be a message themselves. */
type Field = readonly [field: number, value: number | string | Uint8Array];

const text = new TextEncoder();

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function message(...fields: readonly Field[]): Uint8Array {
  const parts: number[] = [];
  for (const [field, value] of fields) {
    if (typeof value === 'number') parts.push(...varint(field * 8), ...varint(value));
    else {
      const bytes = typeof value === 'string' ? text.encode(value) : value;
      parts.push(...varint(field * 8 + 2), ...varint(bytes.length), ...bytes);
    }
  }
  return Uint8Array.from(parts);
}

const FLOAT = 1;
const INT64 = 7;

function tensor(name: string, type: number, dims: readonly number[], raw: ArrayBufferView): Uint8Array {
  const bytes = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  return message(...dims.map((dim): Field => [1, dim]), [2, type], [8, name], [9, bytes]);
}

const floats = (name: string, value: number) => tensor(name, FLOAT, [1], Float32Array.of(value));
const ints = (name: string, value: number) => tensor(name, INT64, [1], BigInt64Array.of(BigInt(value)));

function valueInfo(name: string, shape: readonly number[]): Uint8Array {
  const dims = shape.map((dim): Field => [1, message([1, dim])]);
  return message([1, name], [2, message([1, message([1, FLOAT], [2, message(...dims)])])]);
}

function node(type: string, inputs: readonly string[], output: string, attributes: readonly Uint8Array[] = []): Uint8Array {
  return message(
    ...inputs.map((input): Field => [1, input]),
    [2, output],
    [4, type],
    ...attributes.map((attribute): Field => [5, attribute]),
  );
}

/** Over one axis. Attribute types: 2 is an integer, 7 a list of them. */
function reduce(type: 'ReduceMean' | 'ReduceMax', input: string, output: string, axis: number, keep: 0 | 1): Uint8Array {
  return node(type, [input], output, [message([1, 'axes'], [8, axis], [20, 7]), message([1, 'keepdims'], [3, keep], [20, 2])]);
}

/** What the tiny model looks like from outside. */
export interface TinyModelOptions {
  /** @defaultValue 'input_features' */
  readonly input?: string;
  /** @defaultValue [1, 80, 800] */
  readonly shape?: readonly number[];
  /** Leaves out the last step, so that it answers with any number instead of a probability. */
  readonly raw?: boolean;
}

/**
 * A real ONNX file with the signature of Smart Turn v3, written by hand (field numbers: onnx.proto3 of the ONNX project):
 * sigmoid(−20 · (mean of the last 40 columns − greatest value + 1.7)). So the turn is over where its last 400 ms are silent,
 * which is 2 below the greatest value.
 */
export function tinyTurnModel({
  input = 'input_features',
  shape = [1, 80, 800],
  raw = false,
}: TinyModelOptions = {}): Uint8Array {
  const graph = message(
    [1, node('Slice', [input, 'from', 'to', 'axis'], 'end')],
    [1, reduce('ReduceMean', 'end', 'end by band', 2, 0)],
    [1, reduce('ReduceMean', 'end by band', 'level', 1, 1)],
    [1, reduce('ReduceMax', input, 'peak by band', 2, 0)],
    [1, reduce('ReduceMax', 'peak by band', 'peak', 1, 1)],
    [1, node('Sub', ['level', 'peak'], 'relative')],
    [1, node('Add', ['relative', 'bias'], 'over')],
    [1, node('Mul', ['over', 'scale'], raw ? 'probability' : 'logit')],
    ...(raw ? [] : ([[1, node('Sigmoid', ['logit'], 'probability')]] as const)),
    [2, 'tiny turn model'],
    ...[ints('from', 760), ints('to', 800), ints('axis', 2), floats('bias', 1.7), floats('scale', -20)].map(
      (initializer): Field => [5, initializer],
    ),
    [11, valueInfo(input, shape)],
    [12, valueInfo('probability', [1, 1])],
  );
  return message([1, 6], [7, graph], [8, message([1, ''], [2, 11])]);
}
