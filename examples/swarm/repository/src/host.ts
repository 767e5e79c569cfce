import { readdir } from "node:fs/promises";
import type { Plugin } from "./plugin.ts";

const PLUGINS = new URL("./plugins/", import.meta.url);

/** Tools by the words that they answer to. Throws when two answer to the same one. */
export async function openHost(): Promise<ReadonlyMap<string, Plugin>> {
  const tools = new Map<string, Plugin>();
  for (const name of await readdir(PLUGINS)) {
    const { plugin } = (await import(new URL(`${name}/index.ts`, PLUGINS).href)) as { plugin: Plugin };
    for (const word of plugin.words) {
      if (tools.has(word)) throw new Error(`"${word}" has two tools, one of them is ${name}`);
      tools.set(word, plugin);
    }
  }
  return tools;
}
