import { describe, expect, it } from "vitest";
import { memorySuits } from "./scratch.mjs";

const GB = 1024 ** 3;
const mounts = (options: string) => `/dev/vda / ext4 rw 0 0\ntmpfs /dev/shm tmpfs ${options} 0 0\n`;
const machine = { room: 12 * GB, memory: 20 * GB, mounts: mounts("rw,nosuid,nodev") };

describe("the tests' files", () => {
  it("are kept in memory where there is plenty of it", () => {
    expect(memorySuits(machine)).toBe(true);
  });

  it.each([
    ["a container gives little room", { room: 64 * 1024 ** 2 }],
    ["the machine has little memory left", { memory: 2 * GB }],
    ["no program may be run from there", { mounts: mounts("rw,nosuid,nodev,noexec") }],
    ["it is no file system of its own", { mounts: "/dev/vda / ext4 rw 0 0\n" }],
  ])("are kept on the disk where %s", (_why, differs) => {
    expect(memorySuits({ ...machine, ...differs })).toBe(false);
  });
});
