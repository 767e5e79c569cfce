"use client";

import { useLocale, useTranslations } from "next-intl";
import { deskNow, isSilent } from "../../desks/clock.ts";
import { age, share, utc } from "../format/numbers.ts";
import { useDeskFeed } from "../live/desk-feed.tsx";
import { Badge } from "../ui/badge.tsx";
import { DeskLinks, deskHref } from "./desk-links.tsx";
import { LiveMark } from "./live-mark.tsx";
import { type DeskSection, type ShellFacts, SiteHeader } from "./site-header.tsx";

function ClockMark() {
  const t = useTranslations("shell");
  const { desk, now } = useDeskFeed();
  if (!desk?.clock) return null;
  const { clock } = desk;
  return (
    <span className="flex items-center gap-2 max-md:hidden">
      <time
        dateTime={new Date(deskNow(clock, now)).toISOString()}
        className="whitespace-nowrap"
        data-testid="desk-time"
      >
        {utc(deskNow(clock, now))} <span className="text-muted">UTC</span>
      </time>
      {clock.speed !== 1 && <Badge>{t("speed", { speed: clock.speed })}</Badge>}
    </span>
  );
}

/** What is not as it should be with the desk itself, over the whole width. */
function PhaseBanner() {
  const t = useTranslations("shell");
  const locale = useLocale();
  const { desk, now } = useDeskFeed();
  if (!desk) return null;
  const { clock } = desk;
  const text = !clock
    ? t("phase.no-heartbeat")
    : isSilent(clock, now)
      ? t("phase.silent", { age: age(locale, now - clock.wallTime), time: utc(clock.deskTime) })
      : clock.phase === "catching-up"
        ? t("phase.catching-up", { progress: share(locale, clock.progress, 0), time: utc(clock.deskTime) })
        : clock.phase === "halted"
          ? t("phase.halted", { time: utc(clock.deskTime) })
          : clock.phase === "stopped"
            ? t("phase.stopped", { time: utc(clock.deskTime) })
            : null;
  if (text === null) return null;
  return (
    <div role="status" data-testid="phase" className="border-b border-line bg-accent-soft text-accent">
      <p className="mx-auto max-w-[100rem] px-4 py-1.5 font-medium">{text}</p>
      {clock?.phase === "catching-up" && (
        <svg aria-hidden="true" className="block h-0.5 w-full" viewBox="0 0 1 1" preserveAspectRatio="none">
          <rect width={clock.progress} height="1" fill="currentColor" />
        </svg>
      )}
    </div>
  );
}

/** The bar over every page of a desk: also which desk, and what time it is there. */
export function DeskHeader({ section, shell }: { section: DeskSection; shell: ShellFacts }) {
  const t = useTranslations("shell");
  const { name, desk, status } = useDeskFeed();
  return (
    <>
      <SiteHeader
        section={section}
        shell={shell}
        desk={name}
        choice={
          <DeskLinks
            label={t("desks")}
            all={shell.desks}
            current={name}
            hrefOf={(other) => deskHref(section, other, shell.desks)}
          />
        }
      >
        {desk?.simulated && (
          <Badge tone="accent" title={t("simulatedTitle")}>
            {t("simulated")}
          </Badge>
        )}
        <ClockMark />
        <LiveMark status={status} />
      </SiteHeader>
      <PhaseBanner />
    </>
  );
}
