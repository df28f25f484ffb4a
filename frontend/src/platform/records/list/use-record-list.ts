/** Headless list: state in the address, rows by keyset, count and totals of the filtered set. Pages only draw it. */
import { useInfiniteQuery, useQueries, useQuery, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { keyOf } from "@/platform/api/keys";
import { isTransient, type Query } from "@/platform/api/request";
import { useEntity, useMe, useTenant } from "@/platform/session/session";
import { fetchGroups, fetchPage } from "../api";
import { chipsOf, filterParam, parseListState, replaceField, serializeListState, toggleSort, toRequest, type Filter, type ListState } from "../filters/model";
import { useGo, usePathname, useSearchText } from "../navigation";
import type { EntityMeta, Group, Page, Row } from "../types";
import { ALL, useViews, type ViewTab } from "../views/use-views";

export const PAGE_SIZE = 100;

export interface ListQuery {
  filters: Filter[];
  search: string;
  sort: string[];
}

/** The request of a list without its paging: what list, export, counts and bulk work share. */
export function listParams(query: ListQuery, now: { today: string; memberId?: number | string }, fixed?: Record<string, string>): Query {
  return { ...toRequest(query.filters, now), ...fixed, search: query.search.trim() || undefined, order: query.sort.join(",") || undefined };
}

export function useListPages(entity: EntityMeta, params: Query, enabled = true) {
  const tenant = useTenant();
  return useInfiniteQuery({
    queryKey: keyOf(tenant.slug, entity.key, "list", params),
    queryFn: ({ pageParam, signal }) =>
      fetchPage(entity, { ...params, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : { count: 1, totals: entity.totals?.length ? 1 : undefined }) }, signal),
    initialPageParam: "",
    getNextPageParam: (last: Page) => last.next ?? undefined,
    enabled,
    staleTime: 15_000,
    retry: (count, error) => count < 2 && isTransient(error),
    // a change of filter keeps the old rows until the new ones are here: nothing jumps
    placeholderData: (previous: InfiniteData<Page, string> | undefined) => previous,
  });
}

const sameOrder = (a: string[], b: string[]) => a.join() === b.join();

/** State of the list in the address bar, laid over the chosen view. */
export function useListState(entity: EntityMeta, tabs: ViewTab[]) {
  const go = useGo();
  const path = usePathname();
  const search = useSearchText();
  const state = useMemo(() => parseListState(search), [search]);
  // a link with filters of its own belongs to no view; one without anything opens the first
  const tab = tabs.find((item) => item.key === (state.view ?? (state.edited ? ALL : undefined))) ?? tabs[0]!;
  const filters = state.edited ? state.filters : tab.filters;
  const viewSort = tab.order.length ? tab.order : entity.default_order ?? [];
  const sort = state.edited && state.sort.length ? state.sort : viewSort;
  const write = useCallback((next: Partial<ListState>, replace = true) => {
    const query = serializeListState({ ...state, view: state.view ?? (state.edited ? undefined : tab.key), filters, sort: state.sort, ...next });
    go(query ? `${path}?${query}` : path, { replace });
  }, [state, tab.key, filters, go, path]);
  return {
    state, tab, filters, sort,
    changed: state.edited && !(sameOrder(sort, viewSort) && JSON.stringify(filters) === JSON.stringify(tab.filters)),
    setFilters: (next: Filter[]) => write({ filters: next, sort: sameOrder(sort, viewSort) ? [] : sort, edited: true }),
    setField: (field: string, next: Filter[]) => write({ filters: replaceField(filters, field, next), edited: true }),
    setSort: (next: string[]) => write({ sort: next, edited: true }),
    toggleSort: (field: string, add: boolean) => write({ sort: toggleSort(sort, field, add), edited: true }),
    setSearch: (text: string) => write({ search: text }),
    setGroup: (group: string | undefined) => write({ group }),
    setView: (key: string) => go(`${path}?view=${encodeURIComponent(key)}`),
    reset: () => write({ filters: [], sort: [], edited: false, search: "" }),
    clear: () => write({ filters: [], sort: [], edited: true, search: "" }),
  };
}

export interface ListOptions {
  /** Filters that always hold and show no chip (a list inside another record). */
  fixed?: Record<string, string>;
}

export function useRecordList(entityKey: string, { fixed }: ListOptions = {}) {
  const entity = useEntity(entityKey);
  if (!entity) throw new Error(`no such entity in this company: ${entityKey}`);
  const tenant = useTenant();
  const me = useMe();
  const views = useViews(entity);
  const list = useListState(entity, views.tabs);
  const now = useMemo(() => ({ today: tenant.today, memberId: me.member_id }), [tenant.today, me.member_id]);
  const query = useMemo<ListQuery>(() => ({ filters: list.filters, search: list.state.search, sort: list.sort }), [list.filters, list.state.search, list.sort]);
  const params = useMemo(() => listParams(query, now, fixed), [query, now, fixed]);
  // a saved view's filters are known only once the views are: do not ask twice
  const known = !list.state.view?.startsWith("saved-") || views.ready;
  const pages = useListPages(entity, params, known && !list.state.group);
  const rows = useMemo<Row[]>(() => pages.data?.pages.flatMap((page) => page.results) ?? [], [pages.data]);
  const first = pages.data?.pages[0];
  const groups = useQuery({
    queryKey: keyOf(tenant.slug, entity.key, "summary", { ...params, group: list.state.group }),
    queryFn: ({ signal }): Promise<Group[]> => fetchGroups(entity, { ...params, order: undefined, group: list.state.group, sum: entity.totals?.join(",") || undefined }, signal),
    enabled: Boolean(list.state.group) && known,
  });
  return {
    entity, tenant, now, views: views.tabs, ...list, params, fixed,
    rows, count: first?.count, totals: first?.totals, groups,
    isLoading: pages.isPending && !list.state.group, isStale: pages.isPlaceholderData, error: pages.error, refetch: pages.refetch,
    hasMore: pages.hasNextPage, isFetchingMore: pages.isFetchingNextPage,
    fetchMore: () => { if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage(); },
  };
}

export type RecordList = ReturnType<typeof useRecordList>;

/** How many records each tab holds; asked after the list itself so that it never waits for them. */
export function useViewCounts(list: RecordList): Record<string, number | undefined> {
  const tabs = list.views.slice(0, 10);
  const answers = useQueries({
    queries: tabs.map((tab) => {
      const params = { ...toRequest(tab.filters, list.now), ...list.fixed };
      return {
        queryKey: keyOf(list.tenant.slug, list.entity.key, "count", params),
        queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage(list.entity, { ...params, limit: 1, count: 1 }, signal),
        enabled: !list.isLoading,
        staleTime: 60_000,
        retry: false,
      };
    }),
  });
  return Object.fromEntries(tabs.map((tab, index) => [tab.key, answers[index]?.data?.count]));
}

/** How many records there are with no condition at all; the tab "All" may have asked that already. */
export function useCountOfAll(list: RecordList, enabled: boolean): number | undefined {
  const params = { ...toRequest([], list.now), ...list.fixed };
  return useQuery({
    queryKey: keyOf(list.tenant.slug, list.entity.key, "count", params),
    queryFn: ({ signal }) => fetchPage(list.entity, { ...params, limit: 1, count: 1 }, signal),
    enabled,
    staleTime: 60_000,
    retry: false,
  }).data?.count;
}

/** Nothing was ever entered here: what a first record is made with stands where the rows would. */
export function useNothingYet(list: RecordList): boolean {
  const filtered = list.filters.length > 0 || list.state.search !== "";
  const bare = list.rows.length === 0 && !list.isLoading && !list.error && !list.state.group;
  // no condition hides what does not exist yet
  const none = useCountOfAll(list, bare && filtered && list.state.search === "") === 0;
  return bare && (!filtered || none);
}

/** With nothing found: how many there would be without each single condition. */
export function useHidingFilters(list: RecordList, enabled: boolean): { field: string; count: number | undefined }[] {
  const chips = chipsOf(list.filters).slice(0, 5);
  const answers = useQueries({
    queries: chips.map((chip) => {
      const rest = list.filters.filter((filter) => filter.field !== chip.field);
      const params = listParams({ filters: rest, search: list.state.search, sort: [] }, list.now, list.fixed);
      return {
        queryKey: keyOf(list.tenant.slug, list.entity.key, "count", params),
        queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage(list.entity, { ...params, limit: 1, count: 1 }, signal),
        enabled,
        retry: false,
      };
    }),
  });
  return chips.map((chip, index) => ({ field: chip.field, count: answers[index]?.data?.count }));
}

/** Filters of one group of a grouped list. */
export const groupFilter = (field: string, key: Group["key"]): Filter =>
  key === null || key === "" ? { field, op: "isnull", value: "true" } : { field, op: "eq", value: String(key) };

export { filterParam };
