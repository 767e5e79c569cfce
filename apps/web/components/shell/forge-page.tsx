import { notFound } from "next/navigation";
import type { Pool } from "pg";
import type { ReactNode } from "react";
import { poolOf } from "../../database/connections.ts";
import { reading } from "../../database/reading.ts";
import { findForge } from "../../forges/find-forge.ts";
import { ForgeFeed } from "../live/forge-feed.tsx";
import { AbsentForge } from "./absent-forge.tsx";
import { ForgeHeader } from "./forge-header.tsx";
import { shellFacts } from "./shell-facts.ts";

/** The frame of a page about a forge: reads it, and shows either `children` of what was read or why it could not be. */
export async function ForgePage<T>(props: {
  /** As it stands in the address. */
  name: string;
  read: (pool: Pool) => Promise<T | undefined>;
  children: (value: T) => ReactNode;
}) {
  const forge = findForge(props.name);
  if (!forge) notFound();
  const result = await reading(forge.name, () => props.read(poolOf(forge)));
  if (result.ok && result.value === undefined) notFound();
  return (
    <ForgeFeed key={forge.name} name={forge.name} serverNow={Date.now()}>
      <ForgeHeader shell={await shellFacts()} />
      {result.ok ? (
        props.children(result.value as T)
      ) : (
        <AbsentForge missing={{ absence: result.absence, fault: result.fault }} />
      )}
    </ForgeFeed>
  );
}
