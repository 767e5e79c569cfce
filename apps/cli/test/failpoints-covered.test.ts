import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FAILPOINT = /\bfailpoint\("([^"]+)"\)/g;

/** Of the packages and apps, with their text. */
function sources(): { path: string; text: string }[] {
  return ["packages", "apps"]
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name)))
    .flatMap((own) => ["src", "test"].map((folder) => join(own, folder)))
    .flatMap((folder) => {
      try {
        return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
      }
    })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

test("every place at which a process can be killed is one at which some test kills it", () => {
  const all = sources();
  const isTest = ({ path }: { path: string }) => path.endsWith(".test.ts");
  const places = new Set(
    all.filter((file) => !isTest(file)).flatMap(({ text }) => [...text.matchAll(FAILPOINT)].map(([, place]) => place)),
  );
  expect(places.size).toBeGreaterThan(20);
  const kills = all.filter((file) => isTest(file) && /SIGKILL|toBeNull|toBe\(null\)|"kill"/.test(file.text));
  const missed = [...places].filter((place) => !kills.some(({ text }) => text.includes(place as string)));
  expect(missed).toEqual([]);
});
