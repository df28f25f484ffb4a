/** Putting away and moving: goods, how many, where to. A proposal names the place; another one is scanned instead. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { parseDecimal, trimZeros } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { useQueue } from "@/platform/offline/use-queue";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { fetchPutAway, isProduct, paths, type PutAwayRow, type StockRow } from "../api/scanning";
import { useAsk } from "./ask";
import { CountField } from "./count-field";
import { ScanFrame, useSay } from "./frame";

interface Goods {
  stock: number;
  product: { id: number; label: string; name: string };
  barcode: string;
  unit: string;
  lot: string;
  quantity: string;
  from: { id: number; label: string };
  to: { id: number; label: string } | null;
}

const fromStock = (row: StockRow): Goods => ({ stock: row.id, product: row.product, barcode: row.barcode, unit: row.unit, lot: row.lot, quantity: row.on_hand, from: row.place, to: null });
const fromProposal = ({ why: _why, ...row }: PutAwayRow): Goods => row;

export function MoveWork({ proposed }: { proposed: boolean }) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const client = useQueryClient();
  const { slug } = useTenant();
  const { queue } = useQueue();
  const [said, say] = useSay();
  const [found, setFound] = useState<Goods[]>([]);
  const [picked, setPicked] = useState<Goods | null>(null);
  const [quantity, setQuantity] = useState("");
  const [moved, setMoved] = useState<{ key: string; stock: number }[]>([]);
  const key = keyOf(slug, "inventory.stock", "put-away");
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchPutAway(signal), enabled: proposed });
  const gone = new Set(moved.map((one) => one.stock));
  const rows = (proposed && found.length === 0 ? (data?.results ?? []).map(fromProposal) : found).filter((row) => !gone.has(row.stock));

  const take = (row: Goods) => { setPicked(row); setQuantity(trimZeros(row.quantity)); };
  const leave = () => { setPicked(null); setFound([]); };
  const put = (place: { id: number; label: string }) => {
    if (!picked) return;
    const count = parseDecimal(quantity);
    if (!count) return say(false, t("scan.howMany"));
    const label = t("scan.moved", { product: picked.product.label, quantity: format.quantity(count), place: place.label });
    const sent = queue.add({ method: "POST", path: paths.putAway(picked.stock), body: { to_location: place.id, quantity: count }, label });
    setMoved([...moved, { key: sent, stock: picked.stock }]);
    say(true, label);
    leave();
    void client.invalidateQueries({ queryKey: key });
  };
  const ask = useAsk((answer, code) => {
    if (picked && answer.kind === "place") return put({ id: answer.id!, label: answer.label });
    if (answer.kind === "none") return say(false, t("scan.unknown", { code }));
    if (picked) return say(false, t("scan.scanPlace"));
    const goods = answer.stock.map(fromStock);
    if (goods.length === 0) return say(false, t("scan.nothingThere", { code: answer.label }));
    say(true, answer.label);
    if (goods.length === 1) take(goods[0]!);
    else setFound(goods);
  }, say);
  const onCode = (code: string) => {
    if (picked?.to && code.toLowerCase() === picked.to.label.toLowerCase()) return put(picked.to);
    const hits = picked ? [] : rows.filter((row) => isProduct(code, { ...row.product, code: row.product.label }, row.barcode));
    if (hits.length === 1) { say(true, hits[0]!.product.label); return take(hits[0]!); }
    ask(code);
  };
  const last = moved.at(-1);
  const undo = () => {
    if (!last) return;
    if (!queue.takeBack(last.key)) return say(false, t("scan.sentAlready"));
    setMoved(moved.slice(0, -1));
    say(true, t("scan.undone"));
  };
  return (
    <ScanFrame title={t(proposed ? "scan.putAway" : "scan.move")} hint={t(picked ? "scan.scanPlace" : "scan.scanGoods")} back="/inventory/scan" said={said} onCode={onCode} onUndo={last ? undo : undefined}
      foot={picked && <><Button onClick={leave}>{t("scan.other")}</Button>{picked.to && <Button variant="primary" onClick={() => put(picked.to!)}>{t("scan.putThere", { place: picked.to.label })}</Button>}</>}>
      {picked ? (
        <section className="sc-now">
          <span className="what">{picked.product.label} <span className="sub">{picked.product.name}</span></span>
          <span className="sub">{t("scan.from", { place: picked.from.label })}{picked.lot && ` · ${picked.lot}`}</span>
          {picked.to && <span className="place">{picked.to.label}</span>}
          <CountField label={t("scan.quantity")} value={quantity} onChange={setQuantity} />
        </section>
      ) : rows.length === 0 ? <p className="sc-empty">{t(proposed ? "scan.nothingWaits" : "scan.moveHow")}</p> : rows.map((row) => (
        <button key={row.stock} type="button" className="sc-card" onClick={() => take(row)}>
          <span><b>{row.product.label}</b> <span className="sub">{row.product.name}</span><br /><span className="sub">{row.from.label}{row.to && ` → ${row.to.label}`}{row.lot && ` · ${row.lot}`}</span></span>
          <span className="num">{format.quantity(row.quantity)} <small>{row.unit}</small></span>
        </button>
      ))}
    </ScanFrame>
  );
}
