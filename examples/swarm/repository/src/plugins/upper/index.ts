import type { Plugin } from "../../plugin.ts";

export const plugin: Plugin = { words: ["upper"], run: (text) => text.toUpperCase() };
