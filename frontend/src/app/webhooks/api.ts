/** Webhooks: endpoints, events, the log. */
import { get, patch, post, request } from "@/platform/api/request";

export interface Endpoint {
  id: number;
  name: string;
  url: string;
  events: string[];
  owner: { id: number; label: string; is_active: boolean };
  is_active: boolean;
  failing_since: string | null;
  stopped_why: string;
  old_until: string | null;
  waiting: number;
  failed: number;
  created_at: string;
}

export interface EventInfo {
  name: string;
  module: string;
  about: string;
}

export type MessageState = "due" | "delivered" | "failed" | "held";

export interface MessageRow {
  id: number;
  message_id: string;
  event: string;
  state: MessageState;
  attempts: number;
  status: number | null;
  created_at: string;
  sent_at: string | null;
  due_at: string | null;
  duration_ms: number | null;
}

export interface MessageWhole extends MessageRow {
  body: string;
  answer: string;
}

export interface EndpointInput {
  name: string;
  url: string;
  events: string[];
}

const base = "/api/v1/webhooks/";
export const webhooksKey = ["webhooks"] as const;

export const fetchEndpoints = async () => (await get<{ results: Endpoint[] }>(`${base}endpoints/`)).results;
export const fetchEndpoint = (id: number) => get<Endpoint>(`${base}endpoints/${id}/`);
export const fetchEvents = async () => (await get<{ results: EventInfo[] }>(`${base}events/`)).results;
export const createEndpoint = (input: EndpointInput) => post<Endpoint & { secret: string }>(`${base}endpoints/`, input);
export const changeEndpoint = (id: number, input: Partial<EndpointInput> & { is_active?: boolean }) => patch<Endpoint>(`${base}endpoints/${id}/`, input);
export const deleteEndpoint = (id: number) => request<undefined>("DELETE", `${base}endpoints/${id}/`);
export const actOn = (id: number, verb: "rotate" | "ping" | "replay" | "take-over") => post<Partial<Endpoint> & { secret?: string; replayed?: number }>(`${base}endpoints/${id}/actions/${verb}/`);
export const fetchMessages = (id: number, state: string, before?: number) => get<{ results: MessageRow[]; more: boolean }>(`${base}endpoints/${id}/messages/`, { state, before });
export const fetchMessage = (id: number) => get<MessageWhole>(`${base}messages/${id}/`);
export const replayMessage = (id: number) => post<MessageRow>(`${base}messages/${id}/replay/`);
