import { getTranslations } from "next-intl/server";
import { ForgeView } from "../../../components/forge/forge-view.tsx";
import { ForgePage } from "../../../components/shell/forge-page.tsx";
import { findForge } from "../../../forges/find-forge.ts";
import { readForge } from "../../../forges/read-forge.ts";

type Params = Promise<{ name: string }>;
type Query = Promise<Record<string, string | string[] | undefined>>;

export async function generateMetadata({ params }: { params: Params }) {
  return { title: findForge((await params).name)?.name ?? (await getTranslations("notFound"))("title") };
}

export default async function ForgeRoute(props: { params: Params; searchParams: Query }) {
  const { name } = await props.params;
  const { session } = await props.searchParams;
  const wanted = typeof session === "string" ? session : undefined;
  return (
    <ForgePage name={name} read={(pool) => readForge(pool, wanted)}>
      {(state) => <ForgeView key={wanted ?? ""} initial={state} wanted={wanted} />}
    </ForgePage>
  );
}
