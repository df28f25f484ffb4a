/** The tabs over a list: everything, the views the entity brings, the views people saved. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get, request } from "@/platform/api/request";
import { useMe, useTenant } from "@/platform/session/session";
import { fromRecord, type Filter } from "../filters/model";
import type { EntityMeta, RecordId, SavedView, SavedViewRow } from "../types";

export const SAVED_VIEWS = "records.saved_view";
/** Sharing a view, and changing one that somebody else shared. */
export const SHARE_VIEWS = "records.saved_view.share";
const ENDPOINT = "/api/v1/records/saved-views/";

export interface ViewTab {
  key: string;
  title: string;
  filters: Filter[];
  order: string[];
  columns?: string[];
  saved?: SavedView;
}

export const ALL = "all";

export const viewOf = (row: SavedViewRow, memberId: RecordId): SavedView => ({
  id: row.id, version: row.version, entity: row.entity, title: row.name, shared: row.shared,
  filters: row.config?.filters ?? {}, order: row.config?.order ?? [], columns: row.config?.columns ?? [],
  mine: typeof row.mine === "boolean" ? row.mine : row.owner ? String(row.owner.id) === String(memberId) : true, owner: row.owner?.label ?? "",
});

/** Saved views that I may see; those of one entity, or all of them. */
export function useSavedViews(entity?: string) {
  const tenant = useTenant();
  const me = useMe();
  return useQuery({
    queryKey: keyOf(tenant.slug, SAVED_VIEWS, "list", { entity: entity ?? "" }),
    queryFn: async ({ signal }) => {
      const { results } = await get<{ results: SavedViewRow[] }>(ENDPOINT, { entity, limit: 200 }, signal);
      return results.map((row) => viewOf(row, me.member_id));
    },
    staleTime: 5 * 60_000,
    retry: false,
  });
}

export function useViews(entity: EntityMeta): { tabs: ViewTab[]; ready: boolean } {
  const { t } = useTranslation("records");
  const saved = useSavedViews(entity.key);
  const tabs = useMemo<ViewTab[]>(() => [
    // entities that bring a view of everything themselves also say where it stands
    ...(entity.views?.some((view) => view.key === ALL) ? [] : [{ key: ALL, title: t("views.all"), filters: [], order: [] }]),
    ...(entity.views ?? []).map((view) => ({ key: view.key, title: view.title, filters: fromRecord(view.filters), order: view.order ?? [] })),
    ...(saved.data ?? []).map((view) => ({
      key: `saved-${view.id}`, title: view.title, filters: fromRecord(view.filters), order: view.order ?? [],
      columns: view.columns?.length ? view.columns : undefined, saved: view,
    })),
  ], [entity.views, saved.data, t]);
  return { tabs, ready: !saved.isPending };
}

export interface ViewContent {
  filters: Record<string, string>;
  order: string[];
  columns: string[];
}

export interface ViewChange extends Partial<ViewContent> {
  title?: string;
  shared?: boolean;
}

/** Save, change and delete a view; the tabs follow at once. */
export function useSaveView(entity: Pick<EntityMeta, "key">) {
  const tenant = useTenant();
  const me = useMe();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keyOf(tenant.slug, SAVED_VIEWS) });
  const create = useMutation({
    mutationFn: async ({ title, shared, ...config }: ViewContent & { title: string; shared: boolean }) =>
      viewOf(await request<SavedViewRow>("POST", ENDPOINT, { body: { entity: entity.key, name: title, shared, config } }), me.member_id),
    onSuccess: refresh,
  });
  const update = useMutation({
    mutationFn: async ({ view, change }: { view: SavedView; change: ViewChange }) => {
      const { title, shared, ...content } = change;
      const body = {
        ...(title === undefined ? {} : { name: title }), ...(shared === undefined ? {} : { shared }),
        ...(Object.keys(content).length > 0 ? { config: { filters: view.filters, order: view.order, columns: view.columns, ...content } } : {}),
      };
      return viewOf(await request<SavedViewRow>("PATCH", `${ENDPOINT}${view.id}/`, { body, ifMatch: view.version }), me.member_id);
    },
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: (view: SavedView) => request<void>("DELETE", `${ENDPOINT}${view.id}/`, { ifMatch: view.version }),
    onSuccess: refresh,
  });
  return { create, update, remove };
}
