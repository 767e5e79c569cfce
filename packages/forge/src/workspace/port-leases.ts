import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { processState } from "@alphaforge/core/store/process-state";

/** Ports from `from` to `to`, both included. */
export interface PortBlock {
  readonly from: number;
  readonly to: number;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
  /** Ports per workspace. */
  readonly size: number;
}

/** Below where Linux and macOS take ports for outgoing connections from. */
export const DEFAULT_PORTS: PortRange = { first: 20_000, last: 32_000, size: 10 };

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * Leases the first block of which nobody has a lease and no port is in use; undefined when there is none. `home` is the
 * holder's directory: the lease is good while that exists.
 */
export async function leasePorts(directory: string, home: string, range: PortRange): Promise<PortBlock | undefined> {
  await mkdir(directory, { recursive: true });
  const aside = await mkdtemp(join(directory, `.lease-${process.pid}-`));
  const draft = join(aside, "lease");
  await writeFile(draft, home);
  try {
    for (let from = range.first; from + range.size - 1 <= range.last; from += range.size) {
      const lease = join(directory, String(from));
      try {
        // A link appears with its content or not at all, and never replaces another.
        await link(draft, lease);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
        throw error;
      }
      const ports = Array.from({ length: range.size }, (_, index) => from + index);
      const free = await Promise.all(ports.map(isFree));
      if (free.every(Boolean)) return { from, to: from + range.size - 1 };
      await rm(lease, { force: true });
    }
    return undefined;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Gives a block back. Does nothing when `home` does not hold it. */
export async function releasePorts(directory: string, home: string, block: PortBlock): Promise<void> {
  const lease = join(directory, String(block.from));
  const holder = await readFile(lease, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (holder === home) await rm(lease, { force: true });
}

/** Gives back the blocks whose holder's directory is gone, and removes what killed processes left of leasing. */
export async function releaseDeadPorts(directory: string): Promise<void> {
  const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    const maker = /^\.(?:lease|dead)-(\d+)-/.exec(name)?.[1];
    if (maker !== undefined && processState(Number(maker)) === undefined) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
    if (!/^\d+$/.test(name)) continue;
    const lease = join(directory, name);
    if (await exists(await readFile(lease, "utf8").catch(() => directory))) continue;
    // Taken away before it is looked at again: what is in hand cannot be exchanged by somebody else.
    const aside = await mkdtemp(join(directory, `.dead-${process.pid}-`));
    const inHand = join(aside, "lease");
    await rename(lease, inHand).catch(() => undefined);
    const holder = await readFile(inHand, "utf8").catch(() => undefined);
    if (holder !== undefined && (await exists(holder))) await link(inHand, lease);
    await rm(aside, { recursive: true, force: true });
  }
}
