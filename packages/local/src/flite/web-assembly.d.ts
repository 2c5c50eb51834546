/** The part of WebAssembly that is used here: Node has all of it, its type declarations only the name. */
// biome-ignore lint/style/noNamespace: the global is one
declare namespace WebAssembly {
  class Module {
    static imports(module: Module): readonly { readonly name: string }[];
    private readonly brand;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, (...args: never[]) => number>>>>,
  ): Promise<Instance>;
}
