import { join } from "node:path";

/** Whether tests do their full counts (`npm run test:soak`) rather than samples of them. */
export const SOAK: boolean = process.env.ALPHAFORGE_SOAK === "1";

/** Where a run of tests collects what it tells: in the directory that its processes share. */
export const countsFile = (directory: string): string => join(directory, "counts");
