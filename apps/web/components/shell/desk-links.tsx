import Link from "next/link";
import { PlainText } from "../ui/plain-text.tsx";
import type { DeskSection } from "./site-header.tsx";

/** Where a section of a desk is; the first desk is the one that is meant without a name. */
export function deskHref(section: DeskSection, desk: string, desks: readonly string[]): string {
  const query = desks[0] === desk ? "" : `?desk=${desk}`;
  return section === "desk" ? `/desk/${desk}` : section === "agents" ? `/agents${query}` : `/${query}`;
}

/** Which of several desks, or forges, the page is about; nothing when there is one. */
export function DeskLinks(props: {
  label: string;
  all: readonly string[];
  current: string;
  hrefOf: (name: string) => string;
}) {
  if (props.all.length < 2) return null;
  return (
    <nav aria-label={props.label} className="flex flex-wrap gap-1 max-lg:order-last max-lg:w-full max-lg:pb-1.5">
      {props.all.map((other) => (
        <Link
          key={other}
          prefetch={false}
          href={props.hrefOf(other)}
          aria-current={other === props.current ? "true" : undefined}
          className="rounded px-2 py-1 text-muted hover:bg-raised aria-[current=true]:bg-raised aria-[current=true]:text-text"
        >
          <PlainText text={other} />
        </Link>
      ))}
    </nav>
  );
}
