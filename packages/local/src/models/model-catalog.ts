/** Which Moonshine weights: `tiny` (27 M parameters, 28 MB) or `base` (62 M parameters, 63 MB). Both are English. */
export type MoonshineSize = 'tiny' | 'base';

/** One file that is taken out of an npm package as it is. */
export interface PackagedFile {
  /** Path inside the package's tarball. */
  readonly path: string;
  /** Name in the cache. */
  readonly name: string;
  readonly sha256: string;
}

/** An npm package, pinned to one version, and what is taken out of it. */
export interface ModelPackage {
  readonly spec: string;
  /** Size of the tarball: what a progress bar counts up to. */
  readonly tarballBytes: number;
  readonly files: readonly PackagedFile[];
}

const quantized = (size: MoonshineSize, file: string) => `package/dist/model/${size}/quantized/${file}`;

/**
 * Where the weights come from: npm packages under the MIT licence, whose int8 ONNX files are byte for byte the ones pinned here.
 * `tiny` comes from the smaller package, which holds nothing else.
 */
export const moonshinePackages = {
  tiny: {
    spec: '@moonshine-ai/moonshine-js@0.1.29',
    tarballBytes: 21_514_347,
    files: [
      {
        path: quantized('tiny', 'encoder_model.onnx'),
        name: 'encoder_model.onnx',
        sha256: 'c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a',
      },
      {
        path: quantized('tiny', 'decoder_model_merged.onnx'),
        name: 'decoder_model_merged.onnx',
        sha256: 'eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367',
      },
    ],
  },
  base: {
    spec: '@usefulsensors/moonshine-js@0.1.14',
    tarballBytes: 72_711_419,
    files: [
      {
        path: quantized('base', 'encoder_model.onnx'),
        name: 'encoder_model.onnx',
        sha256: '1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751',
      },
      {
        path: quantized('base', 'decoder_model_merged.onnx'),
        name: 'decoder_model_merged.onnx',
        sha256: 'cc9f3cd6698a369c6008b41aa60aa3fb3322e7f03c9bdf19d8e6b7200afca4f3',
      },
    ],
  },
} as const satisfies Record<MoonshineSize, ModelPackage>;

/** The package with Moonshine's vocabulary (the Llama tokenizer, MIT); `sherpaTokens` makes `tokens.txt` of it. */
export const vocabularyPackage = {
  spec: 'llama-tokenizer-js@1.2.2',
  tarballBytes: 388_950,
  files: [
    {
      path: 'package/llama-tokenizer.js',
      name: 'llama-tokenizer.js',
      sha256: '34a7b9f7579d40486444590c37cba6564ef40c3dd98ecdfc2f7c886ae72c898d',
    },
  ],
} as const satisfies ModelPackage;

/** The file that is made here, not fetched: both sizes share one vocabulary. */
export const tokensFile = {
  name: 'tokens.txt',
  sha256: '0547fb182949fbf8ae2ae046de2c3da652c9c6b7e87b25287bd53ddc32ef10a6',
} as const;
