import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The program is 400 MB: it is installed only when asked for, outside the repository, once. */
export const WANTS_CLAUDE = process.env.ALPHAFORGE_REAL_CODER === "1";

/** A test's title, with what to do when it is skipped. */
export const claudeTitle = (title: string): string =>
  WANTS_CLAUDE ? title : `${title} (skipped: set ALPHAFORGE_REAL_CODER=1 to install and run the real program)`;

const VERSION = "0.3.329";

/** The program's path, after installing it from the registry if it is not there. */
export function installedClaude(): string {
  const cache = join(tmpdir(), `alphaforge-real-coder-${VERSION}`);
  const claude = join(cache, `node_modules/@anthropic-ai/claude-agent-sdk-linux-${process.arch}/claude`);
  if (!existsSync(claude)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, "package.json"), "{}");
    const args = ["install", "--no-audit", "--no-fund", "--prefix", cache, `@anthropic-ai/claude-agent-sdk@${VERSION}`];
    execFileSync("npm", args, { cwd: cache, stdio: "inherit" });
  }
  return claude;
}
