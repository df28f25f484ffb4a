/** A sales order: the generic page with cover and promise on its lines. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { RecordDetailPage } from "@/platform/records";
import { RecordLines } from "@/platform/records/detail/record-lines";
import type { RecordId, Row } from "@/platform/records/types";
import type { GridColumn } from "@/ui/grid";
import { openOf } from "../components/cover-of";
import { LineCover } from "../components/line-cover";

function useExtra(): GridColumn<Row>[] {
  const { t } = useTranslation("sales");
  const format = useFormat();
  return [
    { key: "cover", title: t("cover.title"), width: 84, cell: (line) => <LineCover line={line} /> },
    { key: "locked", title: t("cover.locked"), width: 84, numeric: true, cell: (line) => <>{format.quantity(String(line.reserved ?? 0))}<span className="dim">/{format.quantity(String(openOf(line)))}</span></> },
  ];
}

export function SalesOrderPage({ entityKey, id }: { entityKey: string; id: RecordId }) {
  const extra = useExtra();
  return <RecordDetailPage entityKey={entityKey} id={id} lines={({ entity, record }) => <RecordLines entity={entity} record={record} extra={extra} />} />;
}
