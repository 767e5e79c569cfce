import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPlugins } from "../src/compose/plugins.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "alphaforge-plugins-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): string {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe("a plugin is found by its place, and one that cannot be used is named by its file", () => {
  it("finds what stands there, by the order of directories", async () => {
    write("venues/tide/index.ts", `export const plugin = { kind: "venue", name: "tide", open: async () => ({}) };`);
    write("venues/reef/index.ts", `export const plugin = { kind: "venue", name: "reef", open: async () => ({}) };`);
    expect((await findPlugins("venue", root)).map(({ name }) => name)).toEqual(["reef", "tide"]);
  });

  it("a directory without index.ts", async () => {
    write("strategies/draft/mandate.md", "# Draft");
    await expect(findPlugins("strategy", root)).rejects.toThrow(/strategies\/draft has no index.ts .*remove/);
  });

  it("a forgotten export, and the wrong kind", async () => {
    const file = write("strategies/mine/index.ts", "const plugin = 1;\nexport const other = plugin;");
    await expect(findPlugins("strategy", root)).rejects.toThrow(
      `${file} must export const plugin with kind "strategy"`,
    );
    write("venues/mine/index.ts", `export const plugin = { kind: "stratgy" };`);
    await expect(findPlugins("venue", root)).rejects.toThrow(/with kind "venue", it has stratgy/);
  });

  it("a name that is not its directory's", async () => {
    write("strategies/mine/index.ts", `export const plugin = { kind: "strategy", strategy: { name: "mnie" } };`);
    await expect(findPlugins("strategy", root)).rejects.toThrow(
      /named "mnie", its directory "mine": make them the same/,
    );
  });

  it("a plugin without what its kind is about", async () => {
    write("strategies/mine/index.ts", `export const plugin = { kind: "strategy", strategi: {} };`);
    await expect(findPlugins("strategy", root)).rejects.toThrow(/named undefined, its directory "mine"/);
  });

  it("an import that leads nowhere", async () => {
    const file = write("venues/mine/index.ts", `import { x } from "./gone.ts";\nexport const plugin = x;`);
    await expect(findPlugins("venue", root)).rejects.toThrow(`${file}: this venue cannot be loaded: `);
    await expect(findPlugins("venue", root)).rejects.toThrow("gone.ts");
  });
});
