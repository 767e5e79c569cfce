"use client";

import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { LOCALE_COOKIE, LOCALE_NAMES, LOCALES } from "../../i18n/locales.ts";

const YEAR_SECONDS = 31_536_000;

/** Goes to the next language. Its name is written in itself, for who cannot read the present one. */
export function LocaleChoice() {
  const t = useTranslations("shell");
  const locale = useLocale();
  const router = useRouter();
  const next = LOCALES[(LOCALES.indexOf(locale) + 1) % LOCALES.length] ?? locale;
  const choose = () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that this serves
    document.cookie = `${LOCALE_COOKIE}=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=strict`;
    router.refresh();
  };
  return (
    <button
      type="button"
      lang={next}
      onClick={choose}
      className="icon-button w-auto min-w-8 px-1 text-2xs font-medium"
      aria-label={`${LOCALE_NAMES[next].short}, ${t("language")}: ${LOCALE_NAMES[next].long}`}
      title={LOCALE_NAMES[next].long}
      data-testid="language"
    >
      {LOCALE_NAMES[next].short}
    </button>
  );
}
