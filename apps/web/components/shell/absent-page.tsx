"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import type { Absence } from "../../database/reading.ts";
import { PlainText } from "../ui/plain-text.tsx";

/** In place of a page that cannot be read: what is the matter. The page appears by itself once it can be. */
export function AbsentPage(props: {
  name: string;
  absence: Absence;
  of: "desk" | "forge";
  subscribe: (hear: (update: { readonly kind: string }) => void) => () => void;
}) {
  const { absence, subscribe } = props;
  const t = useTranslations("absent");
  const router = useRouter();
  useEffect(
    () =>
      subscribe(({ kind }) => {
        if (kind === "hello") router.refresh();
      }),
    [subscribe, router],
  );
  return (
    <main id="main" className="mx-auto max-w-xl px-4 py-24" data-testid="absent" data-absence={absence}>
      <h1 className="mb-2 text-2xl font-semibold tracking-tight">
        <PlainText text={t("title", { name: props.name })} />
      </h1>
      <p className="text-[0.9375rem] leading-6 text-muted">{t(`${props.of}.${absence}`)}</p>
      <p className="mt-4 text-muted">{t("waiting")}</p>
    </main>
  );
}
