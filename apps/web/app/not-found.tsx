import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { HelpPage } from "../components/shell/help-page.tsx";
import { shellFacts } from "../components/shell/shell-facts.ts";
import { SiteHeader } from "../components/shell/site-header.tsx";
import { PlainText } from "../components/ui/plain-text.tsx";

/** Says what there is instead: whoever mistyped a name finds the right one. */
export default async function NotFound() {
  const t = await getTranslations("notFound");
  const shell = await shellFacts();
  const links = [
    ...shell.desks.map((name) => ({ name, title: t("desk", { name }), href: `/desk/${name}` })),
    ...shell.forges.map((name) => ({
      name,
      title: t("forge", { name }),
      href: `/forge/${encodeURIComponent(name)}`,
    })),
  ];
  return (
    <>
      <SiteHeader section={null} shell={shell} choice={null}>
        {null}
      </SiteHeader>
      <main id="main" tabIndex={-1} data-testid="not-found">
        <HelpPage
          title={t("title")}
          what={t("text")}
          works={links.length === 0 ? t("nothing") : t("works")}
          advice={{
            title: t("type"),
            commands: [
              { line: "alphaforge desk ls", does: t("ls") },
              { line: "alphaforge forge status", does: t("status") },
            ],
          }}
        >
          {links.length > 0 && (
            <ul className="mt-6 flex flex-wrap gap-2">
              {links.map(({ title, href }) => (
                <li key={href}>
                  <Link href={href} prefetch={false} className="button">
                    <PlainText text={title} />
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </HelpPage>
      </main>
    </>
  );
}
