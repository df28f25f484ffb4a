/** A sales order: the generic page with the cover of its lines. */
import { useTranslation } from "react-i18next";
import { RecordDetailPage } from "@/platform/records";
import { RecordLines } from "@/platform/records/detail/record-lines";
import type { RecordId, Row } from "@/platform/records/types";
import type { GridColumn } from "@/ui/grid";
import { LineCover } from "../components/line-cover";

/** The cover draws both, and says both on request. */
const COVERED = ["reserved", "delivered"];

function useExtra(): GridColumn<Row>[] {
  const { t } = useTranslation("sales");
  return [
    { key: "cover", title: t("cover.title"), width: 112, cell: (line) => <LineCover line={line} /> },
  ];
}

export function SalesOrderPage({ entityKey, id }: { entityKey: string; id: RecordId }) {
  const extra = useExtra();
  return <RecordDetailPage entityKey={entityKey} id={id} lines={({ entity, record }) => <RecordLines entity={entity} record={record} extra={extra} without={COVERED} />} />;
}
