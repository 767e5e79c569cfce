"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { newCommandKey } from "../components/commands/send-command.ts";
import { HelpPage } from "../components/shell/help-page.tsx";

/** In place of a page that failed. What failed on the server is in its log already; what failed here is sent there. */
export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const t = useTranslations("error");
  const [own] = useState(() => newCommandKey().slice(0, 8));
  const id = error.digest ?? own;
  useEffect(() => {
    if (error.digest !== undefined) return;
    const body = JSON.stringify({
      id: own,
      path: location.pathname.slice(0, 300),
      message: `${error.name}: ${error.message}`.slice(0, 500),
    });
    // Without an answer the id stands in no log, which is what the page says of a server that does not answer.
    void fetch("/api/faults", { method: "POST", body }).catch(() => undefined);
  }, [error, own]);
  return (
    <main id="main" tabIndex={-1} data-testid="error">
      <HelpPage
        title={t("title")}
        what={t("what")}
        works={t("works")}
        advice={{
          title: t("type"),
          commands: [
            { line: "alphaforge up", does: t("up") },
            { line: "alphaforge desk ls", does: t("ls") },
            { line: "alphaforge forge status", does: t("forge") },
          ],
        }}
        fault={t("fault", { id })}
      >
        <p className="mt-6 flex flex-wrap gap-2">
          <button type="button" onClick={retry} className="button">
            {t("retry")}
          </button>
          {/* Not a link of the router's, which failed: the whole page anew. */}
          <a href="/" className="button">
            {t("home")}
          </a>
        </p>
      </HelpPage>
    </main>
  );
}
