/** Whether a stream came to the end that the protocol gives it. */
export interface StreamEnd {
  sawDone: boolean;
  /** True when the server said that it streams events. */
  isEventStream: boolean;
}

const sentinel = '[DONE]';

/**
 * A `fetch` that notes whether the body held the closing `[DONE]`. The SDK keeps that to itself, and without it a server
 * that closes the connection in good order but too soon looks like one that has finished.
 */
export function watchingFetch(end: StreamEnd, send: typeof fetch = fetch): typeof fetch {
  return async (url, init) => {
    const response = await send(url, init);
    if (response.body === null || !response.ok) return response;
    end.isEventStream = (response.headers.get('content-type') ?? '').includes('event-stream');
    let tail = '';
    const watched = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          // Byte by byte is enough: the sentinel is ASCII, and a cut letter before it does not matter.
          tail = (tail + Buffer.from(bytes).toString('latin1')).slice(-256);
          if (tail.includes(sentinel)) end.sawDone = true;
          controller.enqueue(bytes);
        },
      }),
    );
    return new Response(watched, { status: response.status, statusText: response.statusText, headers: response.headers });
  };
}
