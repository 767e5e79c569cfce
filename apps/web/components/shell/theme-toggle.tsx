"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { THEME_COOKIE, type Theme } from "./theme.ts";

const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const YEAR_SECONDS = 31_536_000;

/** System, light, dark. Kept in a cookie, so that the server writes the right page and nothing flashes. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const t = useTranslations("shell");
  const [theme, setTheme] = useState(initial);
  useEffect(() => {
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    // Charts draw on canvas and look their colours up.
    window.dispatchEvent(new Event("alphaforge:theme"));
  }, [theme]);
  const next = NEXT[theme];
  const choose = () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that this serves
    document.cookie = `${THEME_COOKIE}=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=strict`;
    setTheme(next);
  };
  const label = t("theme", { theme: t(`themes.${theme}`), next: t(`themes.${next}`) });
  return (
    <button type="button" className="icon-button" onClick={choose} aria-label={label} title={label} data-testid="theme">
      <svg
        viewBox="0 0 20 20"
        width="18"
        height="18"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      >
        {theme === "system" && (
          <>
            <circle cx="10" cy="10" r="6.5" />
            <path d="M10 3.500a6.500 6.500 0 0 1 0 13z" fill="currentColor" />
          </>
        )}
        {theme === "light" && (
          <>
            <circle cx="10" cy="10" r="3.500" />
            <path d="M10 2v2.200M10 15.800V18M2 10h2.200M15.800 10H18M4.300 4.300l1.600 1.600M14.100 14.100l1.600 1.600M15.700 4.300l-1.600 1.600M5.900 14.100l-1.600 1.600" />
          </>
        )}
        {theme === "dark" && <path d="M16 12.200A6.700 6.700 0 0 1 7.800 4a6.700 6.700 0 1 0 8.200 8.200z" />}
      </svg>
    </button>
  );
}
