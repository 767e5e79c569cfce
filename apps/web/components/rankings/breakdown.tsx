"use client";

import { useLocale, useTranslations } from "next-intl";
import type { RankedRow, SignalReading } from "../../desks/rankings-wire.ts";
import type { SignalName } from "../../desks/read-rankings.ts";
import { reading } from "../format/numbers.ts";

const CATEGORIES = ["trend", "momentum", "volatility", "volume", "other"] as const;
type Category = (typeof CATEGORIES)[number];

const VOICE = {
  1: ["bullish", "▲", "text-bull"],
  0: ["neutral", "●", "text-muted"],
  "-1": ["bearish", "▼", "text-bear"],
  null: ["absent", "–", "text-muted"],
} as const;

/** "percentB" → "percent B", "plusDi" → "plus di", "ema20" stays. */
const spaced = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

function SignalLine({ signal, title }: { signal: SignalReading; title: string }) {
  const t = useTranslations("rankings");
  const locale = useLocale();
  const [word, mark, colour] = VOICE[`${signal.value}`];
  return (
    <li className="border-t border-line py-1.5 first:border-0">
      <div className="flex items-baseline gap-2">
        <span className="font-medium">{title}</span>
        <span className={`${colour} text-2xs whitespace-nowrap`}>
          <span aria-hidden="true">{mark} </span>
          {t(`values.${word}`)}
        </span>
        <span className="ml-auto text-2xs whitespace-nowrap text-muted">{t("weight", { weight: signal.weight })}</span>
      </div>
      {signal.readings.length > 0 ? (
        <dl className="flex flex-wrap gap-x-3 text-2xs text-muted">
          {signal.readings.map(([name, value]) => (
            <div key={name} className="flex gap-1">
              <dt>{spaced(name)}</dt>
              <dd className="text-text">{reading(locale, value)}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="text-2xs text-muted">{t("absentNote")}</p>
      )}
    </li>
  );
}

/** Why a symbol ranks where it does: every signal with its value, its weight and what it read. */
export function Breakdown({ row, names }: { row: RankedRow; names: Readonly<Record<string, SignalName>> }) {
  const t = useTranslations("rankings");
  const categoryOf = (signal: SignalReading): Category => {
    const known = names[signal.name]?.category;
    return CATEGORIES.find((category) => category === known) ?? "other";
  };
  return (
    <section
      aria-label={t("breakdown", { symbol: row.symbol })}
      className="px-1 pt-1 pb-3 md:pl-9"
      data-testid="breakdown"
    >
      <div className="grid gap-x-8 gap-y-3 sm:grid-cols-2 xl:grid-cols-4">
        {CATEGORIES.map((category) => {
          const signals = row.signals.filter((signal) => categoryOf(signal) === category);
          if (signals.length === 0) return null;
          return (
            <div key={category}>
              <h2 className="label mb-0.5">{t(`categories.${category}`)}</h2>
              <ul>
                {signals.map((signal) => (
                  <SignalLine
                    key={signal.name}
                    signal={signal}
                    title={names[signal.name]?.displayName ?? signal.name}
                  />
                ))}
              </ul>
            </div>
          );
        })}
      </div>
      <p className="mt-2 text-2xs text-muted">{t("breakdownNote")}</p>
    </section>
  );
}
