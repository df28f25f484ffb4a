/** Generic pages of any entity, found by its route: list, new, one record, edit. A module may replace each of them. */
import { useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, type ComponentType } from "react";
import { useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { entityAt } from "@/platform/menu/menu";
import { remember } from "@/platform/recent";
import { fetchRecord } from "@/platform/records/api";
import { recordPath, titleOf, valueAt } from "@/platform/records/entity";
import { RecordDetailPage, RecordFormPage, RecordListPage } from "@/platform/records/pages";
import type { EntityMeta, RecordId, Row } from "@/platform/records/types";
import { useEntities, useTenant } from "@/platform/session/session";
import { pagesOf, type LazyPage } from "@/platform/slots/manifest";
import { GridSkeleton, PageSkeleton } from "@/ui/states/skeleton";
import { NotFoundPage } from "../errors/not-found-page";

interface PageProps {
  entityKey: string;
  id?: RecordId;
}

/** Each in a chunk of its own, which `pages` fetches. */
const generic = { list: RecordListPage, detail: RecordDetailPage, form: RecordFormPage } as unknown as Record<Place["kind"], ComponentType<PageProps>>;

const own = new Map<LazyPage<never>, ComponentType<PageProps>>();

/** The module's page as a component that stays the same from one drawing to the next. */
function ownPage(load: LazyPage<never>): ComponentType<PageProps> {
  let page = own.get(load);
  if (!page) {
    page = lazy(async () => ({ default: (await load()) as unknown as ComponentType<PageProps> }));
    own.set(load, page);
  }
  return page;
}

export type Place = { kind: "list" } | { kind: "detail"; id: string } | { kind: "form"; id?: string };

/** What stands behind the entity's route: nothing, `new`, an id, an id and `edit`. */
export function placeIn(entity: EntityMeta, path: string): Place | null {
  const [first, second, ...more] = path.slice(entity.route.length).split("/").filter(Boolean).map(decodeURIComponent);
  if (more.length > 0) return null;
  if (first === undefined) return { kind: "list" };
  if (first === "new") return second === undefined ? { kind: "form" } : null;
  if (second === undefined) return { kind: "detail", id: first };
  return second === "edit" ? { kind: "form", id: first } : null;
}

const words = (value: unknown): string | undefined => (value && typeof value === "object" && "label" in value ? String(value.label) : typeof value === "string" ? value : undefined);

/** Notes the opened record for "recently opened" and the browser's tab, once its page has fetched it. */
function Visit({ entity, id }: { entity: EntityMeta; id: RecordId }) {
  const tenant = useTenant();
  // only listens: the page fetches; but whoever asks again must find out how
  const { data } = useQuery<Row>({ queryKey: keyOf(tenant.slug, entity.key, "detail", String(id)), queryFn: ({ signal }) => fetchRecord(entity, id, signal), enabled: false });
  const router = useRouter();
  // One that went up in another record answers as that one: the address says so, too.
  const heir = data && String(data.id) !== String(id) ? recordPath(entity, data.id) : "";
  useEffect(() => { if (heir) router.history.replace(heir); }, [heir, router]);
  const title = data && titleOf(entity, data);
  const subtitle = data && entity.subtitle_field ? words(valueAt(data, entity.subtitle_field)) : undefined;
  useEffect(() => {
    if (!title) return;
    remember(tenant.slug, { entity: entity.key, id, title, subtitle });
    document.title = `${title} · ${tenant.name} · Tenon`;
  }, [tenant.slug, tenant.name, entity.key, id, title, subtitle]);
  return null;
}

function ListTitle({ entity }: { entity: EntityMeta }) {
  const { name } = useTenant();
  useEffect(() => {
    document.title = `${entity.label_plural} · ${name} · Tenon`;
  }, [entity.label_plural, name]);
  return null;
}

export function RecordRoute() {
  const path = useRouterState({ select: (state) => state.location.pathname.replace(/\/+$/, "") || "/" });
  const entity = entityAt(useEntities(), path);
  const place = entity && placeIn(entity, path);
  if (!entity || !place) return <NotFoundPage />;
  const load = pagesOf(entity.key)[place.kind] as LazyPage<never> | undefined;
  const Page = load ? ownPage(load) : generic[place.kind];
  const id = "id" in place ? place.id : undefined;
  return (
    <Suspense fallback={place.kind === "list" ? <GridSkeleton rows={14} /> : <PageSkeleton />}>
      {id === undefined ? <ListTitle entity={entity} /> : <Visit entity={entity} id={id} />}
      <Page key={`${entity.key}/${place.kind}/${id ?? ""}`} entityKey={entity.key} id={id} />
    </Suspense>
  );
}
