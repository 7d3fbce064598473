import { createServer } from "node:net";
import { expect, it } from "vitest";
import { freePort, portIsFree, portProblem } from "./port.mjs";

it("gives a port that can be listened on, and that the system gives to nobody by itself", async () => {
  const port = await freePort();
  expect(port).toBeLessThan(32_768);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  expect(await portIsFree(port, "127.0.0.1")).toBe(false);
  expect(await portProblem(port, "127.0.0.1")).toBe("EADDRINUSE");
  await new Promise((resolve) => server.close(resolve));
});
