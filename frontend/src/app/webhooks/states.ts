import type { StatusKind } from "@/ui/status";
import type { Endpoint, MessageState } from "./api";

export const kindOfMessage: Record<MessageState, StatusKind> = { due: "prog", delivered: "done", failed: "late", held: "hold" };

/** One word for how an endpoint is. */
export const healthOf = (endpoint: Endpoint): { word: "stopped" | "ownerless" | "off" | "failing" | "well"; kind: StatusKind } => {
  if (!endpoint.is_active) return endpoint.stopped_why ? { word: "stopped", kind: "late" } : { word: "off", kind: "off" };
  if (!endpoint.owner.is_active) return { word: "ownerless", kind: "hold" };
  return endpoint.failing_since ? { word: "failing", kind: "warn" } : { word: "well", kind: "done" };
};
