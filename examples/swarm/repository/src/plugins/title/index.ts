import type { Plugin } from "../../plugin.ts";

const FIRST = /\b\w/g;

export const plugin: Plugin = { words: ["title"], run: (text) => text.replace(FIRST, (one) => one.toUpperCase()) };
