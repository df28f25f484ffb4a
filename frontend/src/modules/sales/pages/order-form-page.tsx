/** The editor of quotes and sales orders: the generic form with stock, dates and sums of what is being typed. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { RecordFormPage, type RecordFormState } from "@/platform/records";
import { LineGrid, type LineGridProps } from "@/platform/records/form/line-grid";
import type { RecordId } from "@/platform/records/types";
import { LateLines, LineDate, LineStock, useExpected } from "../components/line-outlook";
import { Outlook } from "../components/outlook";
import { PreviewFrame, usePreview } from "../components/preview";

// What only a confirmed order or another currency asks for comes after the page.
const ChangeEffects = lazy(() => import("../components/change-effects").then((file) => ({ default: file.ChangeEffects })));
const CurrencyChange = lazy(() => import("../components/currency-change").then((file) => ({ default: file.CurrencyChange })));

/** Most lines take these from the product and the customer. */
const RARE = ["description", "unit", "requested_on", "promised_on", "reserved", "delivered", "margin", "optional"] as const;
const TAXED = [...RARE, "tax"] as const;

/** Lines of a confirmed order can be changed still; what that does is shown before. */
const isConfirmed = (form: RecordFormState) => form.entity.key === "shared.sales_order" && (form.base?.status === "confirmed" || form.base?.status === "part_delivered");

function Lines(props: LineGridProps) {
  const { t } = useTranslation("sales");
  const expected = useExpected();
  const { byLine } = usePreview();
  // a product without a tax of its own is asked for one
  const [taxes, setTaxes] = useState(false);
  if (!taxes && [...byLine.values()].some(({ line }) => line.tax === null)) setTaxes(true);
  return (
    <LineGrid {...props} rare={taxes ? RARE : TAXED} expected={expected} extra={[
      { key: "stock", label: t("edit.inStock"), width: 112, cell: (line) => <LineStock line={line} /> },
      { key: "date", label: t("edit.canShip"), width: 92, end: true, cell: (line) => <LineDate line={line} /> },
    ]} />
  );
}

export function OrderFormPage({ entityKey, id }: { entityKey: string; id?: RecordId }) {
  return (
    <RecordFormPage entityKey={entityKey} id={id} frame={PreviewFrame} lineGrid={Lines}
      aside={(form: RecordFormState) => id !== undefined && isConfirmed(form) ? <Suspense><ChangeEffects form={form} id={id} /></Suspense> : <Outlook form={form} />}
      belowLines={(form) => <><Suspense>{id !== undefined && <CurrencyChange form={form} />}</Suspense><LateLines form={form} /></>} />
  );
}
