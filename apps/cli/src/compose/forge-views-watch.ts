import type { App } from "../command.ts";
import { clock } from "../system.ts";
import type { OpenForge } from "./forge-place.ts";
import { type Screen, screenOf } from "./forge-views-terminal.ts";

/** Times go on and claims change without an event. */
const REDRAW_MS = 5_000;
/** A busy forge writes more often than anybody can read. */
const PAUSE_MS = 200;

const HOME = "\u001b[H";
const CLEAR = "\u001b[2J";
const TO_LINE_END = "\u001b[K";
const TO_SCREEN_END = "\u001b[J";
/** A line that is too long is cut, not continued: the picture must stay as high as it was counted. */
const [NO_WRAP, WRAP] = ["\u001b[?7l", "\u001b[?7h"];
const [HIDE_CURSOR, SHOW_CURSOR] = ["\u001b[?25l", "\u001b[?25h"];

/** Draws over itself whenever the log grows, until the app is told to stop. Leaves the last picture where it is. */
export async function watchForge(
  app: App,
  forge: OpenForge,
  lines: (screen: Screen) => Promise<readonly string[]>,
): Promise<void> {
  const { signal } = app;
  const write = (text: string) => void process.stdout.write(text);
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  let isStale = true;
  let wake = (): void => undefined;
  const changed = (): void => {
    isStale = true;
    wake();
  };
  const follow = async (): Promise<void> => {
    for await (const _ of forge.forge.tail((await forge.log.lastSeq()) + 1, stop)) changed();
  };
  const draw = async (): Promise<void> => {
    while (!stop.aborted) {
      isStale = false;
      const screen = screenOf();
      const all = await lines(screen);
      const room = screen.rows - 1;
      const shown = all.length <= room ? all : [...all.slice(0, room - 1), `… and ${all.length - room + 1} lines more`];
      write(`${NO_WRAP}${HOME}${shown.map((line) => `${line}${TO_LINE_END}\n`).join("")}${TO_SCREEN_END}${WRAP}`);
      await clock.sleep(PAUSE_MS, stop);
      if (!isStale) await sleepUnlessWoken();
    }
  };
  const sleepUnlessWoken = async (): Promise<void> => {
    const woken = new AbortController();
    wake = () => woken.abort();
    await clock.sleep(REDRAW_MS, AbortSignal.any([stop, woken.signal])).catch((error: unknown) => {
      if (!woken.signal.aborted) throw error;
    });
  };
  process.stdout.on("resize", changed);
  write(`${HIDE_CURSOR}${CLEAR}`);
  try {
    await Promise.all([follow(), draw()]);
  } catch (error) {
    // Being told to stop is how it ends.
    if (!signal.aborted) throw error;
  } finally {
    ended.abort();
    process.stdout.off("resize", changed);
    write(`${WRAP}${SHOW_CURSOR}`);
  }
}
