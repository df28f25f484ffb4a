/** Packing: a delivery is scanned, its goods go into boxes one by one, then everything leaves. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { add, compare, parseDecimal, subtract, sum } from "@/platform/fields/decimal/exact";
import { useQueue } from "@/platform/offline/use-queue";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { paths } from "../api/scanning";
import { useAsk } from "./ask";
import { FillLines, useFill, type Line } from "./fill";
import { ScanFrame, useSay } from "./frame";

interface Delivery {
  id: number;
  label: string;
}

function Deliveries({ onOpen }: { onOpen: (delivery: Delivery) => void }) {
  const { t } = useTranslation("inventory");
  const { slug } = useTenant();
  const deliveries = useEntity("inventory.delivery");
  const [said, say] = useSay();
  const query = { status__in: "draft", work__in: "picking,picked,packed", limit: 50 };
  const { data } = useQuery({ queryKey: keyOf(slug, "inventory.delivery", "list", query), queryFn: ({ signal }) => fetchPage(deliveries!, query, signal), enabled: deliveries !== undefined });
  const onCode = useAsk((answer, code) => answer.kind === "delivery" ? onOpen({ id: answer.id!, label: answer.label }) : say(false, t("scan.unknown", { code })), say);
  return (
    <ScanFrame title={t("scan.pack")} hint={t("scan.scanDelivery")} back="/inventory/scan" said={said} onCode={onCode}>
      {data?.results.length === 0 && <p className="sc-empty">{t("scan.noDeliveries")}</p>}
      {data?.results.map((row) => (
        <button key={row.id} type="button" className="sc-card" onClick={() => onOpen({ id: Number(row.id), label: String(row.number) })}>
          <span><b>{String(row.number)}</b><br /><span className="sub">{(row.customer as Ref).label}</span></span>
          <span className="num"><small>{t(`scan.work.${String(row.work) || "none"}`)}</small></span>
        </button>
      ))}
    </ScanFrame>
  );
}

function Boxes({ delivery, onLeave }: { delivery: Delivery; onLeave: () => void }) {
  const { t } = useTranslation("inventory");
  const client = useQueryClient();
  const { slug } = useTenant();
  const { queue, state } = useQueue();
  const lineEntity = useEntity("inventory.delivery_line");
  const packedEntity = useEntity("inventory.parcel_line");
  const [said, say] = useSay();
  const [weight, setWeight] = useState("");
  const [weighed, setWeighed] = useState<ReadonlyMap<number, string>>(new Map());
  const [boxed, setBoxed] = useState<{ line: number; quantity: string }[]>([]);
  const query = { delivery__in: delivery.id, limit: 500 };
  const keys = [keyOf(slug, "inventory.delivery_line", "list", query), keyOf(slug, "inventory.parcel_line", "packed", delivery.id)];
  const { data } = useQuery({ queryKey: keys[0]!, queryFn: ({ signal }) => fetchPage(lineEntity!, query, signal), enabled: lineEntity !== undefined });
  const ids = (data?.results ?? []).map((row) => row.id).join(",");
  const { data: packed } = useQuery({ queryKey: [...keys[1]!, ids], queryFn: ({ signal }) => fetchPage(packedEntity!, { delivery_line__in: ids, limit: 500 }, signal), enabled: packedEntity !== undefined && ids !== "" });
  const idle = state.waiting.length === 0;
  useEffect(() => {
    if (!idle) return;
    void Promise.all(keys.map((key) => client.refetchQueries({ queryKey: key }))).then(() => { if (queue.state.waiting.length === 0) setBoxed([]); });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when the queue has run empty
  }, [idle]);
  const inBoxes = (id: number) => sum([...(packed?.results ?? []).filter((row) => Number((row.delivery_line as Ref).id) === id).map((row) => String(row.quantity)), ...boxed.filter((one) => one.line === id).map((one) => one.quantity)]);
  const lines: Line[] = (data?.results ?? []).map((row: Row) => ({ id: Number(row.id), product: row.product as Ref, barcode: String(row.barcode ?? ""), unit: (row.unit as Ref | null)?.label ?? "", left: subtract(String(row.quantity), inBoxes(Number(row.id))), second: (row.second_unit as Ref | null)?.code ?? (row.second_unit as Ref | null)?.label }));
  const open = lines.filter((line) => compare(line.left, "0") > 0);
  const fill = useFill(open, say);
  const close = () => {
    const [unweighed] = fill.unweighed;
    if (unweighed) return say(false, t("scan.notWeighed", { product: unweighed.product.label, unit: unweighed.second }));
    const given = fill.entries.map(({ id, quantity }) => ({ delivery_line: id, quantity }));
    // what a line weighs is what all its boxes weigh; it is said once, when its last piece is packed
    const soFar = new Map(weighed);
    for (const { id, quantity, weight: figure } of fill.entries) {
      if (!figure) continue;
      soFar.set(id, add(soFar.get(id) ?? "0", figure));
      const line = lines.find((one) => one.id === id)!;
      if (compare(quantity, line.left) >= 0) queue.add({ method: "POST", path: paths.weigh(id), body: { second_quantity: soFar.get(id) }, label: t("scan.weighed", { product: line.product.label, weight: soFar.get(id), unit: line.second }) });
    }
    setWeighed(soFar);
    const kilograms = parseDecimal(weight);
    queue.add({ method: "POST", path: paths.parcels, body: { delivery: delivery.id, lines: given, ...(kilograms && { weight: kilograms }) }, label: t("scan.boxOf", { delivery: delivery.label }) });
    setBoxed([...boxed, ...given.map((one) => ({ line: one.delivery_line, quantity: one.quantity }))]);
    fill.clear();
    setWeight("");
    say(true, t("scan.boxClosed"));
  };
  const ship = () => {
    queue.add({ method: "POST", path: paths.ship(delivery.id), body: {}, label: t("scan.shipped", { delivery: delivery.label }) });
    onLeave();
  };
  const filling = fill.entries.length > 0;
  return (
    <ScanFrame title={delivery.label} hint={t("scan.scanGoods")} back="/inventory/scan" said={said} onCode={fill.onCode} onUndo={fill.undo}
      foot={filling || open.length > 0 ? <Button variant="primary" disabled={!filling} onClick={close}>{t("scan.closeBox")}</Button> : <Button variant="primary" disabled={!data} onClick={ship}>{t("scan.ship")}</Button>}>
      <FillLines lines={open} fill={fill} />
      {filling && <TextField large label={t("scan.boxWeight")} inputMode="decimal" value={weight} onChange={(event) => setWeight(event.target.value)} />}
      {data && open.length === 0 && <p className="sc-empty">{t("scan.allPacked")}</p>}
    </ScanFrame>
  );
}

export function PackWork() {
  const [delivery, setDelivery] = useState<Delivery | null>(null);
  return delivery ? <Boxes delivery={delivery} onLeave={() => setDelivery(null)} /> : <Deliveries onOpen={setDelivery} />;
}
