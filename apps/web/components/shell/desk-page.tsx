import { notFound, redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import type { Pool } from "pg";
import type { ReactNode } from "react";
import { deskAddresses, forgeAddresses } from "../../config.ts";
import { poolOf } from "../../database/connections.ts";
import { reading } from "../../database/reading.ts";
import type { DeskIdentity } from "../../desks/clock.ts";
import { DeskFeed } from "../live/desk-feed.tsx";
import { AbsentDesk } from "./absent-desk.tsx";
import { DeskHeader } from "./desk-header.tsx";
import { HelpPage } from "./help-page.tsx";
import { shellFacts } from "./shell-facts.ts";
import type { DeskSection } from "./site-header.tsx";

/** The frame of every page about a desk: reads it, and shows either `children` of what was read or why it could not be. */
export async function DeskPage<T extends { readonly desk: DeskIdentity }>(props: {
  section: DeskSection;
  /** The first desk when undefined. */
  name: string | undefined;
  read: (pool: Pool) => Promise<T | undefined>;
  children: (value: T) => ReactNode;
}) {
  const desks = deskAddresses();
  if (desks.length === 0) {
    if (forgeAddresses().length > 0 && props.name === undefined) redirect("/forge");
    const t = await getTranslations("absent");
    return (
      <main id="main" tabIndex={-1} data-testid="no-desks">
        <HelpPage
          title={t("noDesksTitle")}
          what={t("noDesks")}
          works={t("noDesksWorks")}
          advice={{
            title: t("type"),
            commands: [
              { line: t("desk.lines.up"), does: t("desk.does.up") },
              { line: t("desk.lines.ls"), does: t("desk.does.ls") },
              { line: t("forge.lines.dashboard"), does: t("forge.does.dashboard") },
            ],
          }}
        />
      </main>
    );
  }
  const desk = props.name === undefined ? desks[0] : desks.find(({ name }) => name === props.name);
  if (!desk) notFound();
  const result = await reading(desk.name, () => props.read(poolOf(desk)));
  if (result.ok && result.value === undefined) notFound();
  const value = result.ok ? (result.value as T) : null;
  return (
    <DeskFeed key={desk.name} name={desk.name} desk={value?.desk ?? null} serverNow={Date.now()}>
      <DeskHeader section={props.section} shell={await shellFacts()} />
      {value ? (
        props.children(value)
      ) : result.ok ? null : (
        <AbsentDesk missing={{ absence: result.absence, fault: result.fault }} />
      )}
    </DeskFeed>
  );
}
