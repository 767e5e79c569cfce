"use client";

import { useLocale, useTranslations } from "next-intl";
import type { Activity } from "../../forges/forge-state.ts";
import { spelledOut } from "../format/hidden-characters.ts";
import { age, shortUtc } from "../format/numbers.ts";
import { PlainText } from "../ui/plain-text.tsx";

const DURATIONS: ReadonlySet<string> = new Set(["ms", "waitedMs", "estimatedWaitMs"]);

/** What has happened lately, a sentence each. */
export function ActivityFeed({ rows }: { rows: readonly Activity[] }) {
  const t = useTranslations("forge.activity");
  const locale = useLocale();
  if (rows.length === 0) return <p className="px-3 py-6 text-center text-muted">{t("none")}</p>;
  const valuesOf = ({ values }: Activity) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        if (typeof value === "string") return [key, spelledOut(value)];
        return [key, DURATIONS.has(key) ? age(locale, value) : String(value)];
      }),
    );
  return (
    <ol className="divide-y divide-line" data-testid="activity">
      {rows.map((row) => (
        <li key={row.seq} className="flex gap-3 px-3 py-1.5" data-kind={row.kind}>
          <time dateTime={new Date(row.at).toISOString()} className="whitespace-nowrap text-muted">
            {shortUtc(row.at)}
          </time>
          <span className="min-w-0 wrap-anywhere">
            {/* One key per kind of event; which values it takes is tested for all of them. */}
            {t(`sentences.${row.kind}`, valuesOf(row) as never)}
            {row.reason !== null && (
              <>
                {": "}
                <PlainText text={row.reason} />
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
