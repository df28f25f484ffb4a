/** Receiving: an order is scanned or chosen, goods are counted by scan, one press books the receipt. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { compare, subtract } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { useQueue } from "@/platform/offline/use-queue";
import { problemText } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { fetchScanned, paths } from "../api/scanning";
import { FillLines, useFill, type Line } from "./fill";
import { ScanFrame, useSay } from "./frame";

interface Order {
  id: number;
  label: string;
}

function Orders({ onOpen }: { onOpen: (order: Order) => void }) {
  const { t } = useTranslation("inventory");
  const { t: words } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const orders = useEntity("shared.purchase_order");
  const [said, say] = useSay();
  const query = { status__in: "confirmed,part_received", is_migrated: false, order: "due_on", limit: 50 };
  const { data } = useQuery({ queryKey: keyOf(slug, "shared.purchase_order", "list", query), queryFn: ({ signal }) => fetchPage(orders!, query, signal), enabled: orders !== undefined });
  const open = (row: Row) => onOpen({ id: Number(row.id), label: String(row.number) });
  const onCode = (code: string) => {
    const found = data?.results.find((row) => String(row.number).toLowerCase() === code.toLowerCase());
    if (found) return open(found);
    fetchScanned(code).then(
      (answer) => answer.kind === "purchase_order" ? onOpen({ id: answer.id!, label: answer.label }) : say(false, t("scan.unknown", { code })),
      (error: unknown) => say(false, problemText(error, words)),
    );
  };
  return (
    <ScanFrame title={t("scan.receive")} hint={t("scan.scanOrder")} back="/inventory/scan" said={said} onCode={onCode}>
      {data?.results.length === 0 && <p className="sc-empty">{t("scan.noOrders")}</p>}
      {data?.results.map((row) => (
        <button key={row.id} type="button" className="sc-card" onClick={() => open(row)}>
          <span><b>{String(row.number)}</b><br /><span className="sub">{(row.supplier as Ref).label}</span></span>
          <span className="num"><small>{row.due_on ? format.day(String(row.due_on)) : ""}</small></span>
        </button>
      ))}
    </ScanFrame>
  );
}

function Count({ order, onLeave }: { order: Order; onLeave: () => void }) {
  const { t } = useTranslation("inventory");
  const { slug } = useTenant();
  const { queue } = useQueue();
  const entity = useEntity("shared.purchase_order_line");
  const [said, say] = useSay();
  const query = { order__in: order.id, limit: 500 };
  const { data } = useQuery({ queryKey: keyOf(slug, "shared.purchase_order_line", "list", query), queryFn: ({ signal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined });
  const lines: Line[] = (data?.results ?? [])
    .filter((row) => row.product_kind !== "service")
    .map((row) => ({ id: Number(row.id), product: row.product as Ref, unit: "", left: subtract(String(row.base_quantity), subtract(String(row.received ?? "0"), String(row.returned ?? "0"))) }))
    .filter((line) => compare(line.left, "0") > 0);
  const fill = useFill(lines, say);
  const book = () => {
    const given = fill.entries.map(({ id, quantity }) => ({ order_line: id, quantity }));
    queue.add({ method: "POST", path: paths.receive, body: { order: order.id, lines: given }, label: t("scan.receivedOf", { order: order.label, count: given.length }) });
    onLeave();
  };
  return (
    <ScanFrame title={order.label} hint={t("scan.scanGoods")} back="/inventory/scan" said={said} onCode={fill.onCode} onUndo={fill.undo}
      foot={<><Button onClick={onLeave}>{t("scan.other")}</Button><Button variant="primary" disabled={fill.entries.length === 0} onClick={book}>{t("scan.bookReceipt")}</Button></>}>
      {data && lines.length === 0 && <p className="sc-empty">{t("scan.nothingOpen")}</p>}
      <FillLines lines={lines} fill={fill} />
    </ScanFrame>
  );
}

export function ReceiveWork() {
  const [order, setOrder] = useState<Order | null>(null);
  return order ? <Count order={order} onLeave={() => setOrder(null)} /> : <Orders onOpen={setOrder} />;
}
