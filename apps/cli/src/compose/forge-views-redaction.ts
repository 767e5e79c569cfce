import { oneLine } from "@alphaforge/core/errors";
import { customRule } from "@alphaforge/corpus/redaction/custom-rule";
import { Redactor } from "@alphaforge/corpus/redaction/redactor";
import { standardRules } from "@alphaforge/corpus/redaction/standard-rules";
import type { ForgeConfig } from "@alphaforge/forge/config/forge-config";

/** Gives a JSON value back without secrets; what cannot be made safe is replaced as a whole by the reason. */
export type Redact = <T>(value: T) => Promise<T | string>;

/** What coders and commands wrote leaves the database through this alone: the rules of every export, and the user's own. */
export function redaction({ redaction: { patterns } }: ForgeConfig): Redact {
  const own = patterns.map(({ name, pattern }) => `${name}=${pattern}`);
  const redactor = new Redactor([...standardRules(), ...(own.length === 0 ? [] : [customRule(own)])]);
  return async <T>(value: T) => {
    try {
      return (await redactor.redact(value)).value as T;
    } catch (error) {
      return `(left out: ${oneLine(error)})`;
    }
  };
}
