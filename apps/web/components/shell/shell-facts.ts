import { cookies } from "next/headers";
import { deskAddresses, forgeAddresses } from "../../config.ts";
import type { ShellFacts } from "./site-header.tsx";
import { THEME_COOKIE, themeOf } from "./theme.ts";

export async function shellFacts(): Promise<ShellFacts> {
  return {
    desks: deskAddresses().map(({ name }) => name),
    forges: forgeAddresses().map(({ name }) => name),
    theme: themeOf((await cookies()).get(THEME_COOKIE)?.value),
  };
}
