/** Lines of a record as a grid; its foot adds up what can be added. */
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/states/states";
import { Grid, type GridColumn as Column } from "@/ui/grid";
import { useEntities } from "@/platform/session/session";
import { useFieldEnv } from "../../fields/env";
import { sum } from "../../fields/decimal/exact";
import { isEmpty } from "../../fields/types";
import { FieldDisplay, fieldText } from "../../fields/registry";
import { valueAt } from "../entity";
import { lineColumns, repeatsProduct, tellingColumns } from "../form/line-columns";
import type { EntityMeta, Row } from "../types";

export interface RecordLinesProps {
  entity: EntityMeta;
  record: Row;
  /** Further columns of a module: cover, promise, margin. */
  extra?: Column<Row>[];
  /** Fields that those further columns already say. */
  without?: readonly string[];
  /** Opened below a line. */
  after?: (line: Row, index: number) => ReactNode;
}

const ADDABLE = new Set(["quantity"]);

export function RecordLines({ entity, record, extra, without, after }: RecordLinesProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const lines = useEntities()[entity.lines?.entity ?? ""];
  const rows = useMemo(() => (entity.lines ? ((record[entity.lines.field] as Row[] | undefined) ?? []) : []), [entity.lines, record]);
  const telling = useMemo(() => (lines ? tellingColumns(lineColumns(lines, entity.key), rows).filter((column) => !without?.includes(column.path)) : []), [lines, entity.key, rows, without]);
  const joined = repeatsProduct(telling, rows);
  const columns = useMemo(() => (joined ? telling.filter((column) => column.path !== "description") : telling), [telling, joined]);
  const drawn = useMemo<Column<Row>[]>(() => [
    ...columns.map((column) => ({
      key: column.path, title: column.field.label, width: Math.max(column.width, 72), grow: column.grow, numeric: column.end,
      cell: (line: Row) => joined && column.field.ref === "shared.product" && isEmpty(valueAt(line, column.path)) ? <>{String(line.description ?? "")}</> : <FieldDisplay field={column.field} value={valueAt(line, column.path)} row={{ ...record, ...line }} env={env} place="line"
        states={column.field.key === lines?.state_field ? lines?.states : undefined} />,
    })),
    ...(extra ?? []),
  ], [columns, extra, env, record, lines, joined]);
  if (!lines) return <EmptyState inline title={t("lines.unknown")} />;
  if (rows.length === 0) return <EmptyState inline title={t("lines.none")} />;
  const totals = lines.totals ?? [];
  // what is offered beside the rest is in no sum until it is chosen
  const counted = rows.filter((line) => !line.optional || line.chosen);
  const foot = columns.map((column, index) => {
    const adds = totals.includes(column.path) || ADDABLE.has(column.field.type);
    if (index === 0) return t("lines.sum", { count: rows.length });
    // quantities in different units do not add up to anything
    const units = column.field.unit_field ? new Set(rows.map((line) => JSON.stringify(line[column.field.unit_field!]))).size : 1;
    return adds && units <= 1 ? fieldText(sum(counted.map((line) => valueAt(line, column.path))), column.field, env, { ...record, ...rows[0] }).replace(/^[^\d−(]+/, "") : "";
  });
  return <Grid<Row> label={t("lines.title")} columns={drawn} rows={rows} rowKey={(line) => line.id} after={after} foot={[...foot, ...(extra ?? []).map(() => "")]} hotkeys={false} flat />;
}
