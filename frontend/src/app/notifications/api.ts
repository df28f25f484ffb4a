/** What I was told: mentions in comments, what needs looking after, promises that slip. */
import { get, post } from "@/platform/api/request";
import type { RecordId } from "@/platform/records/types";

export interface Notification {
  id: number;
  kind: "mention" | "alert" | "late" | "due" | "assigned" | "ask" | "decided";
  entity: string;
  record_id: RecordId;
  label: string;
  author: string;
  excerpt: string;
  created_at: string;
  read: boolean;
}

export interface Told {
  results: Notification[];
  unread: number;
}

const PATH = "/api/v1/notifications/";
export const PAGE = 30;

export const fetchNotifications = (before?: number) => get<Told>(PATH, { before });
/** Marks these as read, or all of mine. */
export const markRead = (ids?: number[]) => post<{ unread: number }>(`${PATH}read/`, ids ? { ids } : {});
