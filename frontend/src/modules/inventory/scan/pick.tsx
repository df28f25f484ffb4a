/** Picking a wave: one stop after the other in walking order; every scan counts one, a tap takes all that is left. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { add, compare, isZero, parseDecimal, subtract, trimZeros } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { useQueue } from "@/platform/offline/use-queue";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/overlay/dialog";
import { isProduct, paths } from "../api/scanning";
import { useAsk } from "./ask";
import { ScanFrame, useSay } from "./frame";

type Done = ReadonlyMap<number | string, string>;
const ref = (value: unknown) => value as Ref;

/** What is left of a pick, with what this device has done since it read the list. */
const leftOf = (row: Row, done: Done) => subtract(String(row.left_over), done.get(row.id) ?? "0");

function Waves({ onOpen }: { onOpen: (wave: Row) => void }) {
  const { t } = useTranslation("inventory");
  const { slug } = useTenant();
  const waves = useEntity("inventory.wave");
  const [said, say] = useSay();
  const query = { status__in: "open", limit: 50 };
  const { data } = useQuery({ queryKey: keyOf(slug, "inventory.wave", "list", query), queryFn: ({ signal }) => fetchPage(waves!, query, signal), enabled: waves !== undefined });
  const onCode = (code: string) => {
    const found = data?.results.find((row) => String(row.number).toLowerCase() === code.toLowerCase());
    if (found) onOpen(found);
    else say(false, t("scan.unknown", { code }));
  };
  return (
    <ScanFrame title={t("scan.pick")} hint={t("scan.scanWave")} back="/inventory/scan" said={said} onCode={onCode}>
      {data?.results.length === 0 && <p className="sc-empty">{t("scan.noWaves")}</p>}
      {data?.results.map((row) => (
        <button key={row.id} type="button" className="sc-card" onClick={() => onOpen(row)}>
          <span><b>{String(row.number)}</b><br /><span className="sub">{ref(row.warehouse).label} · {t("scan.deliveries", { count: Number(row.deliveries) })}</span></span>
          <span className="num">{String(row.stops_left)} <small>{t("scan.stopsLeft")}</small></span>
        </button>
      ))}
    </ScanFrame>
  );
}

function Walk({ wave, onLeave }: { wave: Row; onLeave: () => void }) {
  const { t } = useTranslation("inventory");
  const { t: words } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug } = useTenant();
  const { queue, state } = useQueue();
  const picks = useEntity("inventory.pick");
  const [said, say] = useSay();
  const [done, setDone] = useState<Done>(new Map());
  const [steps, setSteps] = useState<{ key: string; row: Row; quantity: string }[]>([]);
  const [chosen, setChosen] = useState<Row["id"] | null>(null);
  const [missing, setMissing] = useState<Row | null>(null);
  const query = { wave__in: wave.id, limit: 500 };
  const key = keyOf(slug, "inventory.pick", "list", query);
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchPage(picks!, query, signal), enabled: picks !== undefined, refetchOnWindowFocus: false });
  const idle = state.waiting.length === 0;
  // once everything has reached the server, its list is the truth again: also what another picker took
  useEffect(() => {
    if (!idle) return;
    void client.refetchQueries({ queryKey: key }).then(() => { if (queue.state.waiting.length === 0) setDone(new Map()); });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when the queue has run empty
  }, [idle, state.refused.length]);
  const rows = (data?.results ?? []).filter((row) => row.status !== "cancelled");
  const open = rows.filter((row) => compare(leftOf(row, done), "0") > 0);
  const now = open.find((row) => row.id === chosen) ?? open[0];

  const [weight, setWeight] = useState("");
  const send = (row: Row, verb: "pick" | "undo", quantity: string) => {
    const label = t(verb === "pick" ? "scan.pickedSome" : "scan.putBackSome", { product: ref(row.product).label, quantity: format.quantity(quantity) });
    const figure = verb === "pick" && row.second_unit ? parseDecimal(weight) : null;
    const sent = queue.add({ method: "POST", path: paths.pick(row.id, verb), body: { quantity, ...(figure && { second_quantity: figure }) }, label });
    setWeight("");
    setDone((old) => new Map(old).set(row.id, (verb === "pick" ? add : subtract)(old.get(row.id) ?? "0", quantity)));
    say(true, label);
    return sent;
  };
  const take = (row: Row, quantity: string) => setSteps([...steps, { key: send(row, "pick", quantity), row, quantity }]);
  const undo = () => {
    const last = steps.at(-1);
    if (!last) return;
    setSteps(steps.slice(0, -1));
    if (queue.takeBack(last.key)) {
      setDone((old) => new Map(old).set(last.row.id, subtract(old.get(last.row.id) ?? "0", last.quantity)));
      say(true, t("scan.undone"));
    } else send(last.row, "undo", last.quantity);
  };
  const short = (row: Row, then: string) => {
    setMissing(null);
    queue.add({ method: "POST", path: paths.pick(row.id, "short"), body: { then }, label: t("scan.shortOf", { product: ref(row.product).label }) });
    setDone((old) => new Map(old).set(row.id, add(old.get(row.id) ?? "0", leftOf(row, old))));
    setChosen(null);
    say(true, t(then === "elsewhere" ? "scan.elsewhere" : "scan.backOrder"));
  };
  const one = (row: Row) => take(row, compare(leftOf(row, done), "1") < 0 ? leftOf(row, done) : "1");
  const matched = (fits: (row: Row) => boolean, code: string) => {
    const found = (now && fits(now) ? now : undefined) ?? open.find((row) => fits(row) && ref(row.location).label === (now ? ref(now.location).label : ""));
    if (found) { setChosen(found.id); return one(found); }
    if (open.some(fits)) say(false, t("scan.otherPlace", { code }));
    else say(false, rows.some(fits) ? t("scan.enough", { code }) : t("scan.notWanted", { code }));
  };
  const ask = useAsk((found, code) => found.kind === "product" ? matched((row) => Number(ref(row.product).id) === found.id, found.label) : say(false, t(found.kind === "none" ? "scan.unknown" : "scan.notWanted", { code })), say);
  const onCode = (code: string) => {
    const here = open.find((row) => [ref(row.location).label, ref(row.location).code].some((name) => name?.toLowerCase() === code.toLowerCase() || name?.toLowerCase().endsWith(`/${code.toLowerCase()}`)));
    if (here) { setChosen(here.id); return say(true, ref(here.location).label); }
    if (rows.some((row) => isProduct(code, ref(row.product), row.barcode))) return matched((row) => isProduct(code, ref(row.product), row.barcode), code);
    ask(code);
  };
  return (
    <ScanFrame title={String(wave.number)} hint={t(now ? "scan.scanGoods" : "scan.allPicked")} back="/inventory/scan" said={said} onCode={onCode} onUndo={steps.length > 0 ? undo : undefined}
      foot={now ? <><Button onClick={() => setMissing(now)}>{t("scan.notThere")}</Button><Button variant="primary" onClick={() => take(now, trimZeros(leftOf(now, done)))}>{t("scan.takeAll", { quantity: format.quantity(leftOf(now, done)) })}</Button></>
        : <Button variant="primary" onClick={onLeave}>{t("scan.otherWave")}</Button>}>
      {now && (
        <section className="sc-now" aria-live="polite">
          <span className="place">{ref(now.location).label}</span>
          <span className="what">{ref(now.product).label}{now.lot ? ` · ${String(now.lot)}` : ""}</span>
          <span className="count">{format.quantity(leftOf(now, done))} <small>{ref(now.unit).label} · {t("scan.for", { delivery: ref(now.delivery).label })}</small></span>
        </section>
      )}
      {now && now.second_unit !== null && now.second_unit !== undefined && (
        <div className="sc-count sc-weigh">
          <input aria-label={t("scan.weight", { unit: ref(now.second_unit).code ?? ref(now.second_unit).label })} placeholder={t("scan.weight", { unit: ref(now.second_unit).code ?? ref(now.second_unit).label })}
            inputMode="decimal" value={weight} onChange={(event) => setWeight(event.target.value)} />
          <span className="unit">{ref(now.second_unit).code ?? ref(now.second_unit).label}</span>
        </div>
      )}
      {data && !now && <p className="sc-empty">{t("scan.allPicked")}</p>}
      {open.filter((row) => row.id !== now?.id).map((row) => (
        <button key={row.id} type="button" className="sc-card" onClick={() => setChosen(row.id)}>
          <span><b>{ref(row.location).label}</b><br /><span className="sub">{ref(row.product).label}</span></span>
          <span className="num">{format.quantity(leftOf(row, done))} <small>{ref(row.unit).label}</small></span>
        </button>
      ))}
      {rows.filter((row) => isZero(leftOf(row, done))).map((row) => (
        <div key={row.id} className="sc-card done"><span>{ref(row.location).label} · {ref(row.product).label}</span><span className="num">✓</span></div>
      ))}
      {missing && (
        <Dialog open title={t("scan.notThereTitle", { quantity: format.quantity(leftOf(missing, done)), product: ref(missing.product).label })} onClose={() => setMissing(null)}
          foot={<Button onClick={() => setMissing(null)}>{words("cancel")}</Button>}>
          <div className="sc-pair"><Button onClick={() => short(missing, "elsewhere")}>{t("scan.fetchElsewhere")}</Button><Button onClick={() => short(missing, "back_order")}>{t("scan.leaveWithout")}</Button></div>
        </Dialog>
      )}
    </ScanFrame>
  );
}

export function PickWork() {
  const [wave, setWave] = useState<Row | null>(null);
  return wave ? <Walk wave={wave} onLeave={() => setWave(null)} /> : <Waves onOpen={setWave} />;
}
