/** The part of sherpa-onnx-node that is used here; the package itself has no declarations. */
declare module 'sherpa-onnx-node' {
  export interface OfflineStream {
    acceptWaveform(audio: { readonly samples: Float32Array; readonly sampleRate: number }): void;
  }
  export interface OfflineRecognizer {
    createStream(): OfflineStream;
    decodeAsync(stream: OfflineStream): Promise<{ readonly text: string }>;
  }
  interface Sherpa {
    readonly OfflineRecognizer: { createAsync(config: object): Promise<OfflineRecognizer> };
  }
  const sherpa: Sherpa;
  // biome-ignore lint/style/noDefaultExport: it is how Node shows a CommonJS module to an ES module
  export default sherpa;
}
