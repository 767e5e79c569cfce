import { idFrom } from "@alphaforge/core/ids";

/** Beside the clone: the home of setup commands. */
export const SETUP_HOME = "setup-home";

/** Beside the workspaces, and shared by them: no workspace's name begins with a dot. */
export const NPM_CACHE = ".npm-cache";

/** What the setup commands of the workspace in `home` bear, so that they are found after a crash. */
export const setupMark = (home: string): string => `setup-${idFrom("setup", home)}`;
