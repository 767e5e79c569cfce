"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { deskHref } from "./desk-links.tsx";
import { type KeySet, KeysButton } from "./keys-dialog.tsx";
import { LocaleChoice } from "./locale-choice.tsx";
import type { Theme } from "./theme.ts";
import { ThemeToggle } from "./theme-toggle.tsx";

export type DeskSection = "rankings" | "agents" | "desk";
export type Section = DeskSection | "forge";

/** What the frame of a page knows of the server and of its reader. */
export interface ShellFacts {
  readonly desks: readonly string[];
  readonly forges: readonly string[];
  readonly theme: Theme;
}

const DESK_SECTIONS: readonly DeskSection[] = ["rankings", "agents", "desk"];

/** The bar over every page: where you are, and what there is beside it. */
export function SiteHeader(props: {
  /** Null where the page is none of them. */
  section: Section | null;
  shell: ShellFacts;
  /** The desk that the sections are of; the first one when undefined. */
  desk?: string;
  choice: ReactNode;
  /** What is on the right. */
  children: ReactNode;
}) {
  const { section, shell } = props;
  const t = useTranslations("shell");
  const desk = props.desk ?? shell.desks[0];
  const keys: KeySet = section === "forge" ? "forge" : "desk";
  const tab = (to: Section, href: string) => (
    <Link
      key={to}
      href={href}
      prefetch={false}
      aria-current={section === to ? "page" : undefined}
      className="flex h-12 items-center border-b-2 border-transparent px-1 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text max-sm:px-0"
    >
      {t(to)}
    </Link>
  );
  return (
    <>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-surface focus:p-2"
      >
        {t("skip")}
      </a>
      <header className="sticky top-0 z-20 border-b border-line bg-surface">
        <div className="mx-auto flex min-h-12 max-w-[100rem] items-center gap-x-4 px-4 max-lg:flex-wrap max-sm:gap-x-3 max-sm:px-3">
          <Link
            href="/"
            prefetch={false}
            className="flex items-center gap-2 text-[0.9375rem] font-semibold tracking-tight"
          >
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
              <path
                d="M12 2 4.200 19h3.500l1.600-3.800h5.400l1.600 3.800h3.500zm-1.400 10.200L12 8.800l1.400 3.400z"
                fill="currentColor"
              />
              <path d="M3 20.500h18V22H3z" fill="var(--accent)" />
            </svg>
            <span className="max-sm:sr-only">Alphaforge</span>
          </Link>
          <nav aria-label={t("sections")} className="flex gap-4 max-sm:gap-3">
            {desk !== undefined && DESK_SECTIONS.map((to) => tab(to, deskHref(to, desk, shell.desks)))}
            {shell.forges.length > 0 && tab("forge", "/forge")}
          </nav>
          {props.choice}
          <div className="ml-auto flex items-center gap-3 max-sm:gap-2">
            {props.children}
            <span className="flex">
              <KeysButton keys={keys} />
              <LocaleChoice />
              <ThemeToggle initial={shell.theme} />
            </span>
          </div>
        </div>
      </header>
    </>
  );
}
