"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type AgentQuery, agentSearchOf, tabsOf } from "../../desks/agent-query.ts";
import type { AgentState } from "../../desks/agent-state.ts";
import { Commander } from "../commands/commander.tsx";
import { useLiveState } from "../live/use-live-state.ts";
import { AgentHeader } from "./agent-header.tsx";
import { CommandLog } from "./command-log.tsx";
import { ModelsTab } from "./models-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { PromptTab } from "./prompt-tab.tsx";
import { ReasoningTab } from "./reasoning-tab.tsx";
import { TradesTab } from "./trades-tab.tsx";

/** One agent's page below the site's header. Each tab has an address of its own and brings nothing of the others. */
export function AgentView({ initial, name, query }: { initial: AgentState; name: string; query: AgentQuery }) {
  const t = useTranslations("agent");
  const path = `/api/desks/${name}/agents/${encodeURIComponent(initial.agent.name)}${agentSearchOf(query)}`;
  const [state, refresh] = useLiveState(initial, path);
  const { view } = state;
  return (
    <Commander desk={name} agent={state.agent.name} commands={state.commands} refresh={refresh}>
      <main id="main" tabIndex={-1} className="mx-auto max-w-[100rem] px-4 py-4 max-sm:px-3">
        <AgentHeader state={state} desk={name} />
        <nav aria-label={t("tabsLabel")} className="mb-3 flex gap-4 overflow-x-auto border-b border-line max-sm:gap-3">
          {tabsOf(state.agent).map((tab) => (
            <Link
              key={tab}
              href={agentSearchOf({ tab })}
              prefetch={false}
              scroll={false}
              aria-current={view.tab === tab ? "page" : undefined}
              className="-mb-px border-b-2 border-transparent px-1 py-2 whitespace-nowrap text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text"
            >
              {t(`tabs.${tab}`)}
            </Link>
          ))}
        </nav>
        {view.tab === "overview" && <OverviewTab state={state} view={view} desk={name} />}
        {view.tab === "trades" && <TradesTab view={view} query={query} />}
        {view.tab === "reasoning" && <ReasoningTab view={view} query={query} />}
        {view.tab === "prompt" && <PromptTab state={state} view={view} query={query} desk={name} />}
        {view.tab === "models" && <ModelsTab state={state} view={view} desk={name} />}
        {state.commands.length > 0 && <CommandLog commands={state.commands} />}
      </main>
    </Commander>
  );
}
