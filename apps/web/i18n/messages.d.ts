import type messages from "../messages/en.json";

// Keys are checked against the English file.
declare module "next-intl" {
  interface AppConfig {
    Messages: typeof messages;
    Locale: "en" | "zh";
  }
}
