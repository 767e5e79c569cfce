import { UserError } from "../errors.ts";
import { type Model, NO_USAGE } from "./model.ts";
import type { ModelProvider } from "./model-provider.ts";
import { type PatienceOptions, patientModel } from "./patient-model.ts";
import { anthropic } from "./providers/anthropic.ts";
import { openAiCompatible } from "./providers/openai-compatible.ts";
import type { ProviderSurroundings } from "./providers/sdk-provider.ts";

export interface ModelEndpoint {
  /** A credential: neither logged nor shown. */
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /** Ask for answers as streams. By default Anthropic is asked so, and compatible endpoints are not. */
  readonly stream?: boolean;
}

/** Where models are asked, by provider. What is absent is not configured. */
export type ModelEndpoints = Readonly<Partial<Record<ProviderName, ModelEndpoint>>>;

type Opener = (surroundings: ProviderSurroundings) => ModelProvider;

/** By provider: how it is opened. Throws a UserError that names the variable to set. */
const PROVIDERS = {
  anthropic({ apiKey, baseUrl = "https://api.anthropic.com", stream }: ModelEndpoint): Opener {
    if (apiKey === undefined) throw new UserError("set ANTHROPIC_API_KEY: agents use models of anthropic");
    const endpoint = { apiKey, baseUrl: checkBaseUrl("ANTHROPIC_BASE_URL", baseUrl), stream };
    return (surroundings) => anthropic(endpoint, surroundings);
  },
  "openai-compatible"({ apiKey, baseUrl, stream }: ModelEndpoint): Opener {
    if (baseUrl === undefined) {
      throw new UserError(
        "set OPENAI_COMPATIBLE_BASE_URL, such as http://127.0.0.1:11434/v1: agents use models of openai-compatible",
      );
    }
    const endpoint = { apiKey, baseUrl: checkBaseUrl("OPENAI_COMPATIBLE_BASE_URL", baseUrl), stream };
    return (surroundings) => openAiCompatible(endpoint, surroundings);
  },
};

export type ProviderName = keyof typeof PROVIDERS;

/** A URL that holds a password could not be asked, and would be shown where it failed. */
function checkBaseUrl(variable: string, baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  if (!isPlain || url.username !== "" || url.password !== "") {
    throw new UserError(`${variable}: must be an http or https URL without user, password and query; correct it`);
  }
  return baseUrl;
}

const isProvider = (name: string): name is ProviderName => Object.hasOwn(PROVIDERS, name);

/** Every provider that there is. */
export const PROVIDER_NAMES: readonly ProviderName[] = Object.keys(PROVIDERS).filter(isProvider);

/** The provider of "<provider>/<model>", whether it is configured or not, or why there is none. */
export function providerNamed(model: string): { readonly name: ProviderName } | { readonly reason: string } {
  const name = model.split("/", 1)[0] ?? "";
  if (isProvider(name)) return { name };
  return {
    reason: `model ${model}: there is no provider "${name}"; name the model <provider>/<model> with one of ${PROVIDER_NAMES.join(", ")}`,
  };
}

/** The provider of "<provider>/<model>" and how it is opened. Throws a UserError when it is unknown or not configured. */
function providerOf(model: string, endpoints: ModelEndpoints): { readonly name: ProviderName; readonly open: Opener } {
  const provider = providerNamed(model);
  if ("reason" in provider) throw new UserError(provider.reason);
  const { name } = provider;
  return { name, open: PROVIDERS[name](endpoints[name] ?? {}) };
}

/** The providers that have what they need, such as a key. */
export function askableProviders(endpoints: ModelEndpoints): readonly ProviderName[] {
  return PROVIDER_NAMES.filter((name) => whyUnasked(`${name}/`, endpoints) === undefined);
}

/** Why "<provider>/<model>" cannot be asked: its provider is unknown, or lacks key or URL. Undefined when it can be. */
export function whyUnasked(model: string, endpoints: ModelEndpoints): string | undefined {
  try {
    providerOf(model, endpoints);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

export interface OpenModelsOptions extends ProviderSurroundings, Omit<PatienceOptions, "provider"> {
  readonly endpoints: ModelEndpoints;
  /** Every "<provider>/<model>" that some agent uses now: their providers must be configured. */
  readonly models: Iterable<string>;
}

/**
 * The models of all providers behind one port: "<provider>/<model>" goes to its provider. Throws a UserError that names
 * the variable when a provider of `models` lacks its key or URL, or is unknown; for a model that is chosen later, that
 * is the reason of its refusal.
 */
export function openModels(options: OpenModelsOptions): Model {
  const { endpoints, models, ...surroundings } = options;
  const opened = new Map<string, Model>();

  function modelOf(name: string): Model {
    const provider = providerOf(name, endpoints);
    const known = opened.get(provider.name);
    if (known !== undefined) return known;
    const model = patientModel({ ...surroundings, provider: provider.open(surroundings) });
    opened.set(provider.name, model);
    return model;
  }

  for (const name of models) modelOf(name);
  return {
    async ask(request, signal) {
      signal.throwIfAborted();
      const reason = whyUnasked(request.model, endpoints);
      if (reason !== undefined) {
        return { kind: "failed", failure: "refused", reason, latencyMs: 0, attempts: 0, usage: NO_USAGE };
      }
      return modelOf(request.model).ask(request, signal);
    },
  };
}
