/** Keys of everything kept from the server: `[tenant, entity, kind, params]`. Realtime invalidates by their beginning. */
export type Kind = "list" | "detail" | "summary" | "history" | "comments" | "attachments" | (string & {});

export const keyOf = (tenant: string, entity: string, kind?: Kind, params?: unknown): readonly unknown[] =>
  params === undefined ? (kind === undefined ? [tenant, entity] : [tenant, entity, kind]) : [tenant, entity, kind, params];

export const bootstrapKey = ["bootstrap"] as const;
