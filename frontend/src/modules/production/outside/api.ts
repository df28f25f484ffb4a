/** Work outside: what is to be ordered, what suppliers have, our material there. */
import { get, post } from "@/platform/api/request";

export interface Thing { id: number; label: string; name?: string }
export interface ToOrder { id: number; name: string; quantity: string; due_on: string; order: Thing; product: Thing; unit: string; supplier: Thing }
export interface Material { product: Thing; unit: string; required: string; sent: string; consumed: string; there: string }
export interface Live {
  id: number; number: string; status: "ordered" | "outside"; name: string; order: Thing; product: Thing; unit: string; supplier: Thing;
  purchase_order: Thing | null; is_confirmed: boolean; quantity: string; sent: string; good: string; rejected: string; spoiled: string;
  due_on: string; is_late: boolean; materials: Material[];
}
export interface Lying { product: Thing; unit: string; quantity: string; left_over: string; left_of: number[]; value: string | null }
export interface Pieces { subcontract: Thing; name: string; product: Thing; unit: string; quantity: string }
export interface At { supplier: Thing; value: string | null; material: Lying[]; pieces: Pieces[] }
export interface Desk { to_order: ToOrder[]; outside: Live[]; at: At[] }

const path = "/api/v1/production/outside/";
export const fetchDesk = (signal?: AbortSignal) => get<Desk>(path, undefined, signal);
export const placeOutside = (operations: number[]) => post<{ purchase_orders: Thing[] }>(path, { operations });
