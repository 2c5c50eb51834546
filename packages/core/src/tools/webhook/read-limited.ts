/** The beginning of a body, and whether it is all of it. */
export interface LimitedBody {
  readonly text: string;
  readonly whole: boolean;
}

/** Reads a body as UTF-8, but no more than `maxBytes` of it, and lets go of the rest. */
export async function readLimited(response: Response, maxBytes: number): Promise<LimitedBody> {
  if (response.body === null) return { text: '', whole: true };
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let left = maxBytes; ; ) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    if (value.length > left) {
      text += decoder.decode(value.subarray(0, left), { stream: true });
      await reader.cancel();
      return { text, whole: false };
    }
    left -= value.length;
    text += decoder.decode(value, { stream: true });
  }
}
