import { expect, it } from "vitest";
import { newInstance } from "./instance";
import { Snapshot } from "./snapshot";

const MARK = "a secret that a run has left";

async function memoryOf() {
  const instance = await newInstance(() => 0);
  const { memory, allocator } = instance;
  const snapshot = new Snapshot(instance, 512 * 1_024);
  const leave = (bytes: number) => {
    const at = allocator._malloc(bytes);
    Buffer.from(memory.buffer).write(MARK, at + bytes - 100, "latin1");
    return at;
  };
  return { snapshot, allocator, leave, finds: () => Buffer.from(memory.buffer).includes(MARK) };
}

it("blanks what any run has left since the last time, however little the later ones used", async () => {
  const { snapshot, allocator, leave, finds } = await memoryOf();
  leave(4 * 2 ** 20);
  snapshot.restore({ wipe: false });
  expect(finds()).toBe(true);
  allocator._malloc(64);
  snapshot.restore({ wipe: true });
  expect(finds()).toBe(false);
});

it("comes back to an image that was kept, and from there to the first one", async () => {
  const { snapshot, allocator, leave, finds } = await memoryOf();
  const first = allocator._malloc(1_000);
  snapshot.restore({ wipe: true });
  leave(1_000);
  const image = snapshot.keep();
  expect(image).toBeDefined();
  const next = allocator._malloc(1_000);
  snapshot.restore({ wipe: true });
  expect([finds(), allocator._malloc(1_000)]).toEqual([false, first]);
  snapshot.restore({ wipe: true, image });
  expect([finds(), allocator._malloc(1_000)]).toEqual([true, next]);
});

it("keeps no image of a memory that has grown a lot", async () => {
  const { snapshot, leave } = await memoryOf();
  leave(2 ** 20);
  expect(snapshot.keep()).toBeUndefined();
});
