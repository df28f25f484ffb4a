/** A production order: the generic page, whose details leave out what the overview says. */
import { RecordDetailPage } from "@/platform/records";
import type { RecordId } from "@/platform/records/types";

const TOLD = new Set(["product", "product_name", "quantity", "started", "completed", "scrapped", "material_cost", "labour_cost", "overhead_cost", "outside_cost", "received_value", "unbuilt_value", "variance", "demand_label"]);

export function OrderPage({ entityKey, id }: { entityKey: string; id: RecordId }) {
  return <RecordDetailPage entityKey={entityKey} id={id} fields={(field) => (TOLD.has(field.key) ? null : undefined)} />;
}
