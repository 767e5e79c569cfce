import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const SYSTEM_CHROMIUM = "/usr/bin/chromium";

/** The machine's Chromium, or the one that @sparticuz/chromium brings along (unpacked once, about two seconds). */
export async function openBrowser(): Promise<Browser> {
  if (existsSync(SYSTEM_CHROMIUM)) return chromium.launch({ executablePath: SYSTEM_CHROMIUM });
  const { default: packed } = await import("@sparticuz/chromium");
  const home = await unpackOnce(() => packed.executablePath());
  return within(home, async () =>
    chromium.launch({
      executablePath: await packed.executablePath(),
      // In one process, closing one context would close the browser.
      args: packed.args.filter((argument) => argument !== "--single-process"),
    }),
  );
}

/**
 * Where this user's browser lies unpacked. It is unpacked elsewhere and put there whole: the package unpacks to the
 * temporary directory and takes whatever it finds there, also what another process is still writing.
 */
async function unpackOnce(unpack: () => Promise<unknown>): Promise<string> {
  const home = join(tmpdir(), `alphaforge-chromium-${userInfo().uid}`);
  if (existsSync(join(home, "chromium"))) return home;
  const draft = mkdtempSync(`${home}-`);
  await within(draft, unpack);
  try {
    renameSync(draft, home);
  } catch (error) {
    // Another was faster: what it put there is the same.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(join(home, "chromium"))) throw error;
  }
  return home;
}

/** Runs with this temporary directory, then with the one before. */
async function within<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
