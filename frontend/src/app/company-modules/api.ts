/** The company's switches: modules and their functions, and what switching one would do. */
import { get, post } from "@/platform/api/request";

export interface FeatureSwitch {
  key: string;
  title: string;
  description?: string;
  /** Cannot be switched off: the module needs it. */
  core: boolean;
  /** Part of what the company pays for. */
  entitled: boolean;
  enabled: boolean;
  requires: string[];
  /** No longer subscribed to: can be read, not written. */
  dropped?: boolean;
  /** Where the right to it comes from; of what was dropped, where it came from. */
  rights?: Right[];
}

export type Source = "plan" | "add_on" | "trial" | "grant" | "deny";

export interface Right {
  source: Source;
  since: string;
  until: string | null;
  reason: string;
  by: string;
}

/** What there may be only so much of. */
export interface LimitInUse {
  key: string;
  title: string;
  unit: "" | "bytes" | "per_day";
  used: number;
  most: number;
}

export interface Modules {
  modules: ModuleSwitches[];
  limits: LimitInUse[];
}

export interface ModuleSwitches {
  key: string;
  title: string;
  icon?: string;
  description?: string;
  enabled: boolean;
  features: FeatureSwitch[];
}

export interface ImpactLine {
  effect: "read_only" | "out_of_sight" | "stops";
  count: number;
  /** A whole sentence, in the language of the page. */
  text: string;
  entity: string;
}

export interface Effect {
  disables: string[];
  enables: string[];
  menu: string[];
  lines: ImpactLine[];
}

export interface Switching {
  at: string;
  by: string;
  /** Nobody did it by hand: it followed from the subscription. */
  by_system: boolean;
  what: "features" | "subscription" | "feature_granted" | "feature_denied" | "override_lifted" | "trial_extended";
  on: string[];
  off: string[];
  reason: string;
  until: string | null;
}

export const fetchHistory = async () => (await get<{ results: Switching[] }>("/api/v1/modules/history/")).results;
export const fetchModules = () => get<Modules>("/api/v1/modules/");
export const fetchEffect = (feature: string) => get<Effect>(`/api/v1/modules/features/${encodeURIComponent(feature)}/effect/`);
export const switchFeature = (feature: string, on: boolean) =>
  post<Modules>(`/api/v1/modules/features/${encodeURIComponent(feature)}/actions/${on ? "enable" : "disable"}/`);
