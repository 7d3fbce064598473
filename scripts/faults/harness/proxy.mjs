import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * Starts a way to a server that can be cut: what stands for a network between two processes of one machine.
 *
 * @param {{ to: () => number }} options `to` gives the server's port on 127.0.0.1 for each new connection
 * @returns {Promise<{ port: number, cut: () => void, mend: () => void, stop: () => Promise<void> }>} `cut` lets
 *   nothing pass in either direction any more, and new connections get no answer; `mend` lets everything pass again, also
 *   what was sent in the meantime, but connections that began while it was cut are gone
 */
export async function startProxy({ to }) {
  const pairs = new Set();
  let isCut = false;

  const server = createServer({ noDelay: true }, (near) => {
    const pair = { near, far: undefined };
    pairs.add(pair);
    near.on("error", () => near.destroy());
    near.on("close", () => {
      pairs.delete(pair);
      pair.far?.destroy();
    });
    if (isCut) {
      near.pause();
      return;
    }
    const far = connect({ port: to(), host: "127.0.0.1", noDelay: true });
    pair.far = far;
    far.on("error", () => near.destroy());
    far.on("close", () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: /** @type {import("node:net").AddressInfo} */ (server.address()).port,
    cut() {
      isCut = true;
      for (const { near, far } of pairs) {
        near.unpipe(far);
        far?.unpipe(near);
        near.pause();
        far?.pause();
      }
    },
    mend() {
      isCut = false;
      for (const { near, far } of pairs) {
        if (!far) near.destroy();
        else {
          near.pipe(far);
          far.pipe(near);
        }
      }
    },
    async stop() {
      for (const { near } of pairs) near.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
