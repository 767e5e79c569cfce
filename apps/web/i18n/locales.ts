/** Languages that have a file in messages/. */
export const LOCALES = ["en", "zh"] as const;
export type Locale = (typeof LOCALES)[number];
export const LOCALE_COOKIE = "alphaforge-locale";

/** Each in its own words. */
export const LOCALE_NAMES: Readonly<Record<Locale, { readonly short: string; readonly long: string }>> = {
  en: { short: "EN", long: "English" },
  zh: { short: "ZH", long: "中文" },
};
