import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten-core";
import type { Clock } from "./clock";
import type { Host } from "./host";
import { type Instance, newInstance } from "./instance";
import { type RealmControls, setUpRealm } from "./realm";

export type Controls = { [Name in keyof RealmControls]: QuickJSHandle };

export type RealmContext = {
  instance: Instance;
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  controls: Controls;
};

/** The name of our own code in stacks. */
export const OUR_FILE = "spoke";

/** Makes a QuickJS with one realm that is ready for a script. */
export async function makeRealm({ clock, host, stackBytes }: { clock: Clock; host: Host; stackBytes: number }) {
  const instance = await newInstance(() => clock.read());
  const runtime = instance.quickjs.newRuntime();
  runtime.setMaxStackSize(stackBytes);
  runtime.setInterruptHandler(() => clock.isOver());
  const context = runtime.newContext();
  // Kept for good: when the script drops the last reference in the realm, this one remains.
  const ask = context.newFunction("host", (operation, argument) =>
    context.newString(host.answer(context.getString(operation!), context.getString(argument!))),
  );
  const install = context.unwrapResult(context.evalCode(`(${setUpRealm})`, OUR_FILE, { type: "global" }));
  const made = context.unwrapResult(context.callFunction(install, context.undefined, ask));
  const control = (name: keyof RealmControls) => context.getProp(made, name);
  const controls: Controls = {
    begin: control("begin"),
    call: control("call"),
    state: control("state"),
    failure: control("failure"),
    collect: control("collect"),
    describe: control("describe"),
  };
  return { instance, runtime, context, controls } satisfies RealmContext;
}
