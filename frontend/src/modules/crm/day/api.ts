/** Somebody's day and a span of days as a calendar. */
import { get } from "@/platform/api/request";

export const KINDS = ["call", "meeting", "visit", "email", "task"] as const;
export type Kind = (typeof KINDS)[number];
interface Named { id: number; label: string }
export interface About { entity: string; id: number; label: string }

export interface Task {
  id: number; version: number; kind: Kind; subject: string; note: string;
  due_on: string | null; at: string | null; minutes: number | null; moved: number; outcome: string;
  party: Named | null; contact: string; phone: string; about: About[]; rule: string;
  checked_in_at: string | null; worth: string | null;
}
export interface Part { count: number; rows: Task[] }
export interface Day {
  on: string; working: boolean; next_working: string; currency: string; worth_shown: boolean;
  member: number; members: Named[];
  late: Part; today: Part; ahead: Part; done: Part; undated: number;
  leads: { count: number; rows: { id: number; label: string; since: string }[] } | null;
  quotes: { count: number; rows: { id: number; label: string; party: string; until: string }[] } | null;
  cards: { count: number; rows: { id: number; party: Named }[] } | null;
  pool: { count: number; rows: { party: Named; on: string }[] } | null;
}

export interface Entry {
  entity: string; id: number; version: number; kind: string; title: string; sub: string; owner: string;
  state: string; day: string; at: string | null; minutes: number | null;
}
export interface Span { since: string; until: string; today: string; member: number | null; members: Named[]; entries: Entry[]; more: boolean; off: string[] }

export const fetchDay = (member: number | null, signal?: AbortSignal) => get<Day>("/api/v1/crm/day/", { member: member ?? undefined }, signal);
export const fetchSpan = (query: { since: string; until: string; member?: number }, signal?: AbortSignal) => get<Span>("/api/v1/crm/calendar/", query, signal);
