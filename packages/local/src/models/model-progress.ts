/** What `ensureModels` is doing, for a progress bar. A download names its package and counts bytes; a notice is a sentence. */
export type ModelProgress =
  | {
      readonly type: 'download';
      /** The npm package, with its version. */
      readonly package: string;
      /** Never decreases, and reaches `totalBytes` when the package is complete. */
      readonly receivedBytes: number;
      readonly totalBytes: number;
    }
  | { readonly type: 'notice'; readonly message: string };
