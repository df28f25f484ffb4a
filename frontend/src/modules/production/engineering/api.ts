/** Engineering: where products go, versions beside each other, replacing, what a change does, costs of two days. */
import { get, post } from "@/platform/api/request";

export interface Thing { id: number; label: string; name?: string }

export interface Use { product: Thing; level: number; quantity: string }

export interface Difference {
  kind: "head" | "component" | "by_product";
  change: "added" | "removed" | "changed" | "same";
  product: Thing | null;
  left: string | null;
  right: string | null;
  /** What differs: field → [left, right]. */
  fields: Record<string, [string, string]>;
}

export interface Comparison { left: Version; right: Version; results: Difference[] }
export interface Version { id: number; label: string; revision: string; is_active: boolean }

export interface Replaced { product: Thing; bom: Thing; before: string; after: string; unit: string; made: Thing | null }
export interface Replacing { component: number | string; replacement: number | string; ratio: string; effective_on: string | null; products?: number[]; preview: boolean }

export interface Holding { product: Thing; unit: string; on_hand: string; value: string | null; on_order: string; supplies: { entity: string; id: number; label: string; quantity: string; due_on: string }[] }
export interface Effect {
  product: Thing; old: Thing | null; new: Thing; material_before: string | null; material_after: string | null; removed: Holding[]; added: Holding[];
  orders: { id: number; label: string; status: string; start_on: string; quantity: string; version: string; follows: boolean }[];
  customers: { customer: Thing; order: Thing; product: Thing; quantity: string }[] | null;
}

export interface CostPair { product: Thing; left: string | null; right: string | null }

const base = "/api/v1/production";
export const fetchUses = (product: number | string, signal?: AbortSignal) => get<{ results: Use[] }>(`${base}/where-used/${product}/`, undefined, signal);
export const fetchComparison = (left: number | string, right: number | string, signal?: AbortSignal) => get<Comparison>(`${base}/bom-comparison/`, { left, right }, signal);
export const replaceComponent = (body: Replacing) => post<{ results: Replaced[]; change: Thing | null }>(`${base}/component-replacement/`, body);
export const fetchEffect = (change: number | string, signal?: AbortSignal) => get<{ results: Effect[] }>(`${base}/changes/${change}/effect/`, undefined, signal);
export const fetchCosts = (left: number | string, right: number | string, signal?: AbortSignal) => get<{ results: CostPair[] }>(`${base}/cost-comparison/`, { left, right }, signal);
