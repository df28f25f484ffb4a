/** A journal entry: accounts by number and name, debit and credit as in a ledger, the document it comes from one press away. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { sum } from "@/platform/fields/decimal/exact";
import { EntityLink, RecordDetailPage } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import { titleOf } from "@/platform/records/entity";
import type { FieldMeta, RecordId, Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Grid, type GridColumn } from "@/ui/grid";
import { AccountName } from "../components/account-name";
import "./finance.css";

function Lines({ record }: { record: Row }) {
  const { t } = useTranslation("finance");
  const rows = (record.lines as Row[] | undefined) ?? [];
  const ref = (value: unknown, entity: string) => (value ? <EntityLink entity={entity} id={(value as Ref).id}>{(value as Ref).label}</EntityLink> : <span className="dim">–</span>);
  const about = rows.some((row) => row.party) ? "party" : "product";
  const columns: GridColumn<Row>[] = [
    { key: "account", title: t("tb.account"), width: 220, grow: true, cell: (row) => <AccountName account={row.account as Ref} /> },
    { key: "debit", title: t("tb.debit"), width: 132, numeric: true, cell: (row) => <Accounting value={String(row.debit)} /> },
    { key: "credit", title: t("tb.credit"), width: 132, numeric: true, cell: (row) => <Accounting value={String(row.credit)} /> },
    { key: "about", title: t(`je.${about}`), width: 200, cell: (row) => ref(row[about], `shared.${about}`) },
    { key: "narration", title: t("je.narration"), width: 160, cell: (row) => (row.narration ? String(row.narration) : <span className="dim">–</span>) },
  ];
  const shown = rows.some((row) => row.narration) ? columns : columns.slice(0, -1);
  const foot = ["account", "debit", "credit"].map((key, index) => (index === 0 ? t("tb.total") : <Accounting key={key} value={sum(rows.map((row) => row[key]))} />));
  return <Grid<Row> label={t("je.lines")} columns={shown} rows={rows} rowKey={(row) => row.id} foot={[...foot, ...shown.slice(3).map(() => "")]} hotkeys={false} flat />;
}

/** Who posted it, by name; the trail keeps `member:12`. */
function Actor({ name }: { name: string }) {
  const { slug } = useTenant();
  const members = useEntity("access.member");
  const id = /^member:(\d+)$/.exec(name)?.[1];
  const query = { id__in: id ?? "", limit: 1 };
  const { data } = useQuery({ queryKey: keyOf(slug, "access.member", "list", query), queryFn: ({ signal }) => fetchPage(members!, query, signal), enabled: members !== undefined && id !== undefined });
  const row = data?.results[0];
  return <>{row && members ? titleOf(members, row) : name.replace(/^\w+:/, "")}</>;
}

export function JournalEntryPage({ entityKey, id }: { entityKey: string; id: RecordId }) {
  const rules = useEntity("finance.posting_rule");
  const events = rules?.fields.find((field) => field.key === "event")?.choices ?? [];
  const own = (field: FieldMeta, record: Row) => {
    const value = record[field.key];
    if (field.key === "source_entity" || field.key === "source_id") return null;
    if (!value) return undefined;
    if (field.key === "event") return events.find((one) => one.value === value)?.label ?? null;
    if (field.key === "source_number" && record.source_entity && record.source_id) return <EntityLink entity={String(record.source_entity)} id={record.source_id as RecordId}>{String(value)}</EntityLink>;
    if (field.key === "posted_by") return <Actor name={String(value)} />;
    return undefined;
  };
  return <RecordDetailPage entityKey={entityKey} id={id} fields={own} lines={({ record }) => <Lines record={record} />} />;
}
