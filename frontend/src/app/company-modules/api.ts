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
  /** Where the right to it comes from. */
  rights?: { source: "plan" | "add_on" | "trial" | "grant"; since: string; until: string | null; reason: string; by: string }[];
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
  what: string;
  on: string[];
  off: string[];
}

export const fetchHistory = async () => (await get<{ results: Switching[] }>("/api/v1/modules/history/")).results;
export const fetchModules = async () => (await get<{ modules: ModuleSwitches[] }>("/api/v1/modules/")).modules;
export const fetchEffect = (feature: string) => get<Effect>(`/api/v1/modules/features/${encodeURIComponent(feature)}/effect/`);
export const switchFeature = async (feature: string, on: boolean) =>
  (await post<{ modules: ModuleSwitches[] }>(`/api/v1/modules/features/${encodeURIComponent(feature)}/actions/${on ? "enable" : "disable"}/`)).modules;
