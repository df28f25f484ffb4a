/** Receiving: an order is scanned or chosen, goods are counted by scan, one press books the receipt. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { compare, subtract, sum } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { useQueue } from "@/platform/offline/use-queue";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { paths } from "../api/scanning";
import { useAsk } from "./ask";
import { FillLines, useFill, type Line } from "./fill";
import { ScanFrame, useSay } from "./frame";

interface Order {
  id: number;
  label: string;
}

interface Receipt {
  order: number;
  lines: { order_line: number; quantity: string; second_quantity?: string }[];
}

function Orders({ onOpen }: { onOpen: (order: Order) => void }) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const { slug } = useTenant();
  const orders = useEntity("shared.purchase_order");
  const [said, say] = useSay();
  const query = { status__in: "confirmed,part_received", is_migrated: false, order: "due_on", limit: 50 };
  const { data } = useQuery({ queryKey: keyOf(slug, "shared.purchase_order", "list", query), queryFn: ({ signal }) => fetchPage(orders!, query, signal), enabled: orders !== undefined });
  const open = (row: Row) => onOpen({ id: Number(row.id), label: String(row.number) });
  const ask = useAsk((answer, code) => answer.kind === "purchase_order" ? onOpen({ id: answer.id!, label: answer.label }) : say(false, t("scan.unknown", { code })), say);
  const onCode = (code: string) => {
    const found = data?.results.find((row) => String(row.number).toLowerCase() === code.toLowerCase());
    if (found) return open(found);
    ask(code);
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
  const { queue, state } = useQueue();
  const entity = useEntity("shared.purchase_order_line");
  const [said, say] = useSay();
  const query = { order__in: order.id, limit: 500 };
  const { data } = useQuery({ queryKey: keyOf(slug, "shared.purchase_order_line", "list", query), queryFn: ({ signal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined });
  // what was counted but has not reached the server is not counted again
  const underway = state.waiting.filter((entry) => entry.path === paths.receive).map((entry) => entry.body as Receipt).filter((receipt) => receipt.order === order.id).flatMap((receipt) => receipt.lines);
  const leftOf = (row: Row) => subtract(
    String(row.base_quantity),
    sum([String(row.received ?? "0"), String(row.cancelled ?? "0"), ...underway.filter((line) => line.order_line === Number(row.id)).map((line) => line.quantity)]),
  );
  const lines: Line[] = (data?.results ?? [])
    .filter((row) => row.product_kind !== "service")
    .map((row) => ({ id: Number(row.id), product: row.product as Ref, barcode: String(row.barcode ?? ""), unit: "", left: leftOf(row), second: (row.second_unit as Ref | null)?.code ?? (row.second_unit as Ref | null)?.label }))
    .filter((line) => compare(line.left, "0") > 0);
  const fill = useFill(lines, say);
  const book = () => {
    const [unweighed] = fill.unweighed;
    if (unweighed) return say(false, t("scan.notWeighed", { product: unweighed.product.label, unit: unweighed.second }));
    const given = fill.entries.map(({ id, quantity, weight }) => ({ order_line: id, quantity, ...(weight && { second_quantity: weight }) }));
    const body: Receipt = { order: order.id, lines: given };
    queue.add({ method: "POST", path: paths.receive, body, label: t("scan.receivedOf", { order: order.label, count: given.length }) });
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
  const client = useQueryClient();
  const { slug } = useTenant();
  const { queue } = useQueue();
  const [order, setOrder] = useState<Order | null>(null);
  useEffect(() => queue.onAnswer((entry) => {
    if (entry.path !== paths.receive) return;
    void client.resetQueries({ queryKey: keyOf(slug, "shared.purchase_order_line", "list") });
    void client.invalidateQueries({ queryKey: keyOf(slug, "shared.purchase_order") });
  }), [queue, client, slug]);
  return order ? <Count order={order} onLeave={() => setOrder(null)} /> : <Orders onOpen={setOrder} />;
}
