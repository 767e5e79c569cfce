import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server that can be cut. */
export interface CuttingProxy {
  readonly port: number;
  /** Cuts every connection there is; new ones are let through. */
  cut(): void;
  close(): Promise<void>;
}

/** Passes on what comes to a loopback port of its own to `port`. */
export async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    // A cut is an error on either side of it, which ends the other.
    return socket.on("error", () => undefined).on("close", () => open.delete(socket));
  };
  const server = createServer((near) => {
    const far = keep(connect(port, "127.0.0.1"));
    keep(near).pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    async close() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}
