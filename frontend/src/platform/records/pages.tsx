/**
 * The generic pages of any entity, each in a chunk of its own. A module that draws its own page reuses the hooks and parts
 * that `index.ts` exports. Slots, with the entity's key without its module in dashes:
 * `<entity>.list.actions` {list} · `<entity>.detail.actions` · `.chain` · `.facts` · `.tabs` · `.panels` · `.links` {entity, record} ·
 * `<entity>.form.aside` · `.lines` {form}.
 */
import { lazy, Suspense, type ComponentProps } from "react";
import { GridSkeleton, PageSkeleton } from "@/ui/states/skeleton";

const List = lazy(() => import("./list/record-list-page").then((module) => ({ default: module.RecordListPage })));
const Detail = lazy(() => import("./detail/record-detail-page").then((module) => ({ default: module.RecordDetailPage })));
const Form = lazy(() => import("./form/record-form-page").then((module) => ({ default: module.RecordFormPage })));
const Import = lazy(() => import("./import/import-page").then((module) => ({ default: module.ImportPage })));
const CustomFields = lazy(() => import("./admin/custom-fields-page").then((module) => ({ default: module.CustomFieldsPage })));
const SavedViews = lazy(() => import("./admin/saved-views-page").then((module) => ({ default: module.SavedViewsPage })));

export function RecordListPage(props: ComponentProps<typeof List>) {
  // two resources of the kernel have a page that explains them better than a table would
  const page = props.entityKey === "records.custom_field" ? <CustomFields /> : props.entityKey === "records.saved_view" ? <SavedViews /> : <List {...props} />;
  return <Suspense fallback={<GridSkeleton rows={14} />}>{page}</Suspense>;
}

export const RecordDetailPage = (props: ComponentProps<typeof Detail>) => (
  <Suspense fallback={<PageSkeleton />}>{props.id === "import" ? <Import entityKey={props.entityKey} /> : <Detail {...props} />}</Suspense>
);

export const RecordFormPage = (props: ComponentProps<typeof Form>) => (
  <Suspense fallback={<PageSkeleton />}><Form {...props} /></Suspense>
);

export const RecordImportPage = (props: ComponentProps<typeof Import>) => (
  <Suspense fallback={<PageSkeleton />}><Import {...props} /></Suspense>
);
