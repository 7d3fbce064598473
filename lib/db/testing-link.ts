import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The way to a database that a test can cut: like a network that drops everything, and tells neither end. */
export class TestLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  /** Connections that were opened so far. */
  opened = 0;
  /** The database's address by this way. */
  readonly url: string;

  private constructor(server: Server, databaseUrl: URL) {
    this.#server = server;
    const address = new URL(databaseUrl);
    address.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.url = address.href;
    server.on("connection", (socket) => {
      this.opened++;
      const onward = connect(Number(databaseUrl.port), databaseUrl.hostname);
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const)
        this.#carry(from, to);
    });
  }

  /** Opens a way to the database at `url`. */
  static async open(url: string): Promise<TestLink> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TestLink(server, new URL(url));
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    if (this.#isCut) from.pause();
    from.on("data", (bytes) => to.write(bytes));
    from.on("error", () => {});
    from.on("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  /** Lets nothing through, in neither direction; what was sent meanwhile arrives when it is mended. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.pause();
  }

  mend(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
