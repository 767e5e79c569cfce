import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { connection } from "next/server";
import { getTranslations } from "next-intl/server";
import { shellFacts } from "../../components/shell/shell-facts.ts";
import { SiteHeader } from "../../components/shell/site-header.tsx";
import { PlainText } from "../../components/ui/plain-text.tsx";
import { forgeAddresses } from "../../config.ts";

export async function generateMetadata() {
  return { title: (await getTranslations("forge"))("title") };
}

/** The only forge, or a choice. */
export default async function Forges() {
  // The list of forges is that of the running server, not that of the build.
  await connection();
  const forges = forgeAddresses();
  const t = await getTranslations("forge");
  const [first] = forges;
  if (!first) notFound();
  if (forges.length === 1) redirect(`/forge/${encodeURIComponent(first.name)}`);
  return (
    <>
      <SiteHeader section="forge" shell={await shellFacts()} choice={null}>
        {null}
      </SiteHeader>
      <main id="main" tabIndex={-1} className="mx-auto max-w-xl px-4 py-16">
        <h1 className="mb-4 text-2xl font-semibold tracking-tight">{t("choose")}</h1>
        <ul className="panel divide-y divide-line">
          {forges.map(({ name }) => (
            <li key={name}>
              <Link
                href={`/forge/${encodeURIComponent(name)}`}
                prefetch={false}
                className="block px-4 py-3 text-[0.9375rem] hover:bg-raised"
              >
                <PlainText text={name} />
              </Link>
            </li>
          ))}
        </ul>
      </main>
    </>
  );
}
