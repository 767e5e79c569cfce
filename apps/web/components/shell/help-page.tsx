import type { ReactNode } from "react";
import { PlainText } from "../ui/plain-text.tsx";

/** In place of a page that cannot be shown: what happened, what still works, what to type, and its id in the log. */
export function HelpPage(props: {
  title: string;
  what: string;
  works: string;
  /** What to type, each with what it does. */
  advice: { readonly title: string; readonly commands: readonly { readonly line: string; readonly does: string }[] };
  /** The sentence that names the id. */
  fault?: string | undefined;
  children?: ReactNode;
}) {
  const { advice } = props;
  return (
    <div className="mx-auto max-w-2xl px-4 py-16 text-[0.9375rem] leading-6 max-sm:py-8">
      <h1 className="mb-3 text-2xl font-semibold tracking-tight">
        <PlainText text={props.title} />
      </h1>
      <p>
        <PlainText text={props.what} />
      </p>
      <p className="mt-2 text-muted">{props.works}</p>
      {advice.commands.length > 0 && (
        <>
          <h2 className="mt-6 mb-2 font-semibold">{advice.title}</h2>
          <dl className="panel divide-y divide-line">
            {advice.commands.map(({ line, does }) => (
              <div key={line} className="px-4 py-2.5">
                <dt>
                  <code className="wrap-anywhere">{line}</code>
                </dt>
                <dd className="text-muted">{does}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {props.fault !== undefined && (
        <p className="mt-4 text-muted" data-testid="fault">
          {props.fault}
        </p>
      )}
      {props.children}
    </div>
  );
}
