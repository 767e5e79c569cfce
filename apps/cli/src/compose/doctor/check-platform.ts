import { release } from "node:os";
import { advice, type Checkup, ok, type Patient, problem } from "./checkup.ts";

/** Linux and macOS on x64 or arm64; Windows through WSL. */
export function checkPlatform(
  { config }: Pick<Patient, "config">,
  machine = { platform: process.platform as string, arch: process.arch as string, release: release() },
): Checkup {
  const { platform, arch } = machine;
  const name = `${platform} ${arch}`;
  if (platform === "win32") return problem("platform", "Windows is not supported: run it in WSL (https://aka.ms/wsl)");
  if (platform !== "linux" && platform !== "darwin") {
    return problem("platform", `${name} is not supported: use Linux, macOS or WSL`);
  }
  if (arch !== "x64" && arch !== "arm64") {
    return problem("platform", `${name} has no embedded PostgreSQL: use x64 or arm64, or set DATABASE_URL`);
  }
  if (!/microsoft/i.test(machine.release)) return ok("platform", name);
  return config.home.startsWith("/mnt/")
    ? advice("platform", `WSL, with state on a Windows disk (${config.home}): set ALPHAFORGE_HOME to a place in WSL`)
    : ok("platform", `${name} (WSL)`);
}
