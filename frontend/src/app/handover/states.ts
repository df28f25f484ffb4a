import type { StatusKind } from "@/ui/status";
import type { HandoverRow } from "./api";

export const kindOfState: Record<HandoverRow["state"], StatusKind> = { scheduled: "hold", running: "prog", done: "done", cancelled: "off" };
