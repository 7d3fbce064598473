import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";

/** The emscripten module, as far as it is used here. */
export type Allocator = { _malloc(bytes: number): number; _free(pointer: number): void };

export type Instance = { quickjs: QuickJSWASMModule; memory: WebAssembly.Memory; allocator: Allocator };

const PAGE = 65_536;

/** What the build begins with: 5 MiB of it are its static data and its stack. */
const FIRST_BYTES = 16 * 2 ** 20;

/** A bound on everything in it: QuickJS's own limit leaves out what ArrayBuffers hold. */
const MOST_BYTES = 48 * 2 ** 20;

/** The names that the build gave to what it imports; escapes.test.ts shows that they still mean the same. */
const IMPORTS = { dateNow: "p", clockTimeGet: "q", localTime: "m" } as const;

type Imports = { a: Record<string, unknown> };
type ModuleOptions = {
  wasmMemory: WebAssembly.Memory;
  /** What QuickJS says before it gives up; that it did is seen by what it throws. */
  printErr(text: string): void;
  instantiateWasm(imports: Imports, done: (instance: WebAssembly.Instance) => void): unknown;
};
type ModuleLoader = (options: ModuleOptions) => Promise<Allocator>;

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  const file = createRequire(import.meta.url).resolve("@jitl/quickjs-ng-wasmfile-release-sync/wasm");
  compiled ??= new WebAssembly.Module(readFileSync(file));
  return compiled;
}

/**
 * Makes a QuickJS with a memory of its own, of 48 MiB at most. Its clocks, also the one that counts, show `nowMs()`, and its time zone is UTC
 * whatever the host's is.
 */
export async function newInstance(nowMs: () => number): Promise<Instance> {
  const memory = new WebAssembly.Memory({ initial: FIRST_BYTES / PAGE, maximum: MOST_BYTES / PAGE });
  let allocator: Allocator | undefined;
  const instantiateWasm: ModuleOptions["instantiateWasm"] = (imports, done) => {
    Object.assign(imports.a, clocksOf(memory, nowMs));
    const instance = new WebAssembly.Instance(compile(), imports as unknown as WebAssembly.Imports);
    done(instance);
    return instance.exports;
  };
  const quickjs = await newQuickJSWASMModuleFromVariant({
    ...variant,
    importModuleLoader: async () => {
      const loaded = await variant.importModuleLoader();
      const load = ("default" in loaded ? loaded.default : loaded) as unknown as ModuleLoader;
      return (async () => {
        allocator = await load({ wasmMemory: memory, printErr: () => undefined, instantiateWasm });
        return allocator;
      }) as never;
    },
  });
  if (!allocator) throw new Error("QuickJS was not instantiated");
  return { quickjs, memory, allocator };
}

function clocksOf(memory: WebAssembly.Memory, nowMs: () => number) {
  const view = () => new DataView(memory.buffer);
  return {
    [IMPORTS.dateNow]: nowMs,
    [IMPORTS.clockTimeGet]: (_clock: number, _precision: bigint, out: number) => {
      view().setBigInt64(out, BigInt(Math.floor(nowMs())) * 1_000_000n, true);
      return 0;
    },
    // Of `struct tm` QuickJS reads the offset from UTC alone.
    [IMPORTS.localTime]: (_time: bigint, out: number) => new Uint8Array(memory.buffer).fill(0, out, out + 44),
  };
}
