import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startEmbedded } from "./database.mjs";

it("does not start PostgreSQL on another port than the one that others know", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "spoke-port-"));
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  await expect(startEmbedded({ dataDir, password: "x", port })).rejects.toThrow(`its port ${port} is taken`);
  other.close();
  rmSync(dataDir, { recursive: true });
});
