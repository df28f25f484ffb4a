/** The master plan: by product and week what is wanted, what comes and what can be promised. Cells are typed over like a
 * sheet: arrows and Enter move, Escape puts back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Lock, Settings2 } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useGo } from "@/platform/records/navigation";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Segmented, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { enterCell, fetchMasterPlan, ROWS, type Cell, type MasterPlan, type MasterProduct, type RowName, type Size } from "./api";
import { bucketName } from "./bucket";
import "./ahead.css";

const COUNT: Record<Size, number> = { week: 13, month: 9 };
const STRONG = new Set<RowName>(["gross", "projected", "promise"]);
const isNothing = (value: string | null) => value === null || Number(value) === 0;

/** Where the cursor goes in the sheet; undefined leaves it to the field. */
const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [0, 1] };

function move(event: KeyboardEvent<HTMLInputElement>, row: number, column: number): boolean {
  const field = event.currentTarget;
  const all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  const side = all && event.key === "ArrowLeft" ? -1 : all && event.key === "ArrowRight" ? 1 : 0;
  const [down, right] = steps[event.key] ?? [0, side];
  if (!down && !right) return false;
  event.preventDefault();
  const next = field.closest("table")?.querySelector<HTMLInputElement>(`[data-cell="${row + down},${column + right * (event.shiftKey ? -1 : 1)}"]`);
  if (next) next.focus();
  else field.blur();
  return true;
}

interface EnteredProps {
  value: string | null;
  label: string;
  title: string | undefined;
  locked: boolean;
  at: [number, number];
  onEnter: (quantity: string | null) => void;
}

function Entered({ value, label, title, locked, at, onEnter }: EnteredProps) {
  const shown = isNothing(value) ? "" : String(Number(value));
  const [typed, setTyped] = useState<string | null>(null);
  const leave = () => {
    const wanted = (typed ?? shown).trim().replaceAll(",", "");
    setTyped(null);
    if (typed !== null && wanted !== shown) onEnter(wanted === "" ? null : wanted);
  };
  return (
    <input
      className="ah-cell num" inputMode="decimal" aria-label={label} title={title} readOnly={locked} data-cell={at.join(",")}
      value={typed ?? shown} onFocus={(event) => event.currentTarget.select()} onChange={(event) => setTyped(event.target.value)} onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === "Escape") return setTyped(null);
        move(event, ...at);
      }}
    />
  );
}

interface BlockProps {
  row: MasterProduct;
  place: number;
  plan: MasterPlan;
  names: string[];
  mayEnter: boolean;
  onEnter: (row: MasterProduct, bucket: number, quantity: string | null) => void;
}

const inside = (day: string | null, fence: string | null) => fence !== null && (day === null || day < fence);

function Block({ row, place, plan, names, mayEnter, onEnter }: BlockProps) {
  const { t } = useTranslation("ahead");
  const format = useFormat();
  const frozen = plan.buckets.map((bucket) => inside(bucket.due_on, row.frozen_until));
  const fenced = plan.buckets.map((bucket) => inside(bucket.since, row.demand_until));
  const tone = (name: RowName, value: string | null) =>
    value !== null && (name === "projected" || name === "promise" || name === "cumulative") && Number(value) < 0 ? " t-bad"
      : name === "projected" && value !== null && Number(value) < Number(row.safety) ? " t-warn" : isNothing(value) ? " dim" : "";
  return (
    <tbody>
      <tr className="ah-product">
        <th scope="rowgroup"><span className="ell"><EntityLink entity="shared.product" id={row.product.id}>{row.product.label}</EntityLink> <span className="sub">{row.product.name}</span></span></th>
        <td className="sub" colSpan={names.length}>
          {t("free", { quantity: format.quantity(row.free), unit: row.unit })}
          {!isNothing(row.safety) && <> · {t("safety", { quantity: format.quantity(row.safety) })}</>}
          {row.frozen_until && <> · {t("frozenUntil", { day: format.day(row.frozen_until) })}</>}
          {row.demand_until && <> · {t("demandUntil", { day: format.day(row.demand_until) })}</>}
        </td>
      </tr>
      {ROWS.map((name) => (
        <tr key={name} className={`ah-${name}${STRONG.has(name) ? " ah-strong" : ""}`}>
          <th scope="row">{t(`row.${name}`)}</th>
          {row.rows[name].map((value, bucket) => (
            <td key={bucket} className={`num${frozen[bucket] ? " ah-frozen" : ""}${fenced[bucket] ? " ah-fenced" : ""}${name === "entered" ? "" : tone(name, value)}`}>
              {name !== "entered" ? (value === null || (isNothing(value) && !STRONG.has(name)) ? "" : format.quantity(value)) : (
                <Entered key={value} value={value} at={[place, bucket]} label={t("cell", { product: row.product.label, bucket: names[bucket] })}
                  title={row.reasons[bucket] || (frozen[bucket] ? t("frozen") : undefined)}
                  locked={!mayEnter || plan.buckets[bucket]?.due_on === null || (Boolean(frozen[bucket]) && !plan.may_frozen)}
                  onEnter={(quantity) => onEnter(row, bucket, quantity)} />
              )}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function AskReason({ cell, onGive, onLeave }: { cell: Cell; onGive: (cell: Cell) => void; onLeave: () => void }) {
  const { t } = useTranslation("ahead");
  const [reason, setReason] = useState("");
  const give = () => reason.trim() && onGive({ ...cell, reason });
  return (
    <Dialog open onClose={onLeave} title={t("frozenTitle")} width={420} foot={<><Button onClick={onLeave}>{t("leave")}</Button><Button variant="primary" disabled={!reason.trim()} onClick={give}>{t("change")}</Button></>}>
      <TextField label={t("reason")} note={t("reasonWhy")} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} onKeyDown={(event) => event.key === "Enter" && give()} />
    </Dialog>
  );
}

export function MasterPlanPage() {
  const { t } = useTranslation("ahead");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const mayEnter = useCan("production.master_plan.update");
  const mayRules = useCan("production.planning_rule.view");
  const [size, setSize] = useState<Size>("week");
  const [asked, setAsked] = useState<Cell | null>(null);
  const key = keyOf(slug, "production.master_plan", "grid", size);
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchMasterPlan(size, COUNT[size], signal) });
  const enter = useMutation({
    mutationFn: enterCell,
    onSuccess: (fresh) => client.setQueryData(key, fresh),
    onError: (failure) => {
      toast({ text: problemText(failure, said), tone: "bad" });
      void refetch();
    },
  });
  const names = data?.buckets.map((bucket) => bucketName(bucket, size, format.language, (number) => t("weekNumber", { number }))) ?? [];
  const onEnter = (row: MasterProduct, bucket: number, quantity: string | null) => {
    const of = data?.buckets[bucket];
    if (!of) return;
    const cell: Cell = { product: row.product.id, size, count: COUNT[size], since: of.since, quantity };
    if (inside(of.due_on, row.frozen_until)) setAsked(cell);
    else enter.mutate(cell);
  };
  const go = useGo();
  const rules = mayRules && <Button icon={<Settings2 size={15} />} onClick={() => go("/production/planning-rules")}>{t("rules")}</Button>;
  return (
    <div className="page">
      <PageHead title={t("masterPlan")} after={data?.planned_on && <span className="dim">{t("plannedOn", { day: format.day(data.planned_on) })}</span>}
        actions={<Segmented<Size> label={t("size")} value={size} onChange={setSize} options={[{ value: "week", label: t("weeks") }, { value: "month", label: t("months") }]} />} />
      {error && !data ? <ErrorState title={t("failed")} actions={<Button onClick={() => void refetch()}>{t("again")}</Button>}>{problemText(error, said)}</ErrorState>
        : !data ? <GridSkeleton rows={12} />
          : data.products.length === 0 ? <EmptyState title={t("noProducts")} actions={rules}>{t("noProductsWhy")}</EmptyState> : (
            <>
              <p className="ah-legend sub"><span><i className="ah-frozen" /><Lock size={12} aria-hidden /> {t("frozen")}</span><span><i className="ah-fenced" /> {t("fenced")}</span><span className="dim">{t("keys")}</span></p>
              <div className="ah-sheet">
                <table>
                  <thead><tr><th>{t("product")}</th>{data.buckets.map((bucket, n) => <th key={bucket.since} className="num" scope="col">{names[n]}<small>{format.day(bucket.since)}</small></th>)}</tr></thead>
                  {data.products.map((row, place) => <Block key={row.product.id} {...{ row, place, names, mayEnter, onEnter }} plan={data} />)}
                </table>
              </div>
            </>
          )}
      {asked && <AskReason cell={asked} onLeave={() => { setAsked(null); void refetch(); }} onGive={(cell) => { setAsked(null); enter.mutate(cell); }} />}
    </div>
  );
}
