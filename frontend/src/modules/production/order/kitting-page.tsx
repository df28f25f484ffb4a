/** Clear to build: what each order lacks and when it comes. Orders that are chosen come first, in the order of choosing:
 * what they take the others do not get. From here material is locked, orders are released, the list to pick by printed. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ChevronRight, Lock, Play, Printer } from "lucide-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink, problemText } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Check } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { actOn, fetchClearances, type Clearance } from "./api";
import "./order.css";

function Ready({ row }: { row: Clearance }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  if (row.missing.length === 0) return <Status kind="done">{t("kit.there")}</Status>;
  const late = row.ready_on === null || row.ready_on > row.start_on;
  return <Status kind={late ? "late" : "warn"}>{t("kit.missing", { count: row.missing.length, of: row.materials })}{t("making.comma")}{row.ready_on === null ? t("comesNot") : t("kit.ready", { day: format.day(row.ready_on) })}</Status>;
}

function Row({ row, place, onChoose }: { row: Clearance; place: number; onChoose: () => void }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <>
      <tr className={place > 0 ? "on" : undefined}>
        <td><label className="po-choose"><Check checked={place > 0} onChange={onChoose} aria-label={t("kit.choose", { order: row.order.label })} />{place > 0 && <em className="num">{place}</em>}</label></td>
        <td><EntityLink entity="production.order" id={row.order.id}>{row.order.label}</EntityLink></td>
        <td><b className="medium">{row.product.label}</b> <span className="sub">{row.product.name}</span></td>
        <td className="num">{format.quantity(row.quantity)} <span className="dim">{row.unit}</span></td>
        <td>{format.day(row.start_on)}</td>
        <td className="dim">{t(`kit.state.${row.status}`)}</td>
        <td className="dim">{row.made_for}</td>
        <td>{row.missing.length === 0 ? <Ready row={row} /> : <button type="button" className="po-open" aria-expanded={open} onClick={() => setOpen(!open)}><Chevron size={13} /><Ready row={row} /></button>}</td>
      </tr>
      {open && row.missing.map((part) => (
        <tr key={part.product.id} className="po-part">
          <td /><td /><td colSpan={2}><EntityLink entity="shared.product" id={part.product.id}>{part.product.label}</EntityLink></td>
          <td colSpan={3} className="t-bad">{t("lacks", { quantity: format.quantity(part.quantity) })}</td>
          <td className="dim">{part.arrives_on ? t("comes", { day: format.day(part.arrives_on) }) : t("comesNot")}</td>
        </tr>
      ))}
    </>
  );
}

export function KittingPage() {
  const { t } = useTranslation("order");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const mayRelease = useCan("production.order.release");
  const [chosen, setChosen] = useState<number[]>([]);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.order", "kitting", chosen.join()), queryFn: ({ signal }) => fetchClearances(chosen, signal), placeholderData: (before) => before });
  const rows = data?.results ?? [];
  const picked = chosen.map((id) => rows.find((row) => row.order.id === id)).filter((row): row is Clearance => row !== undefined);
  const act = useMutation({
    mutationFn: async ({ action, of }: { action: string; of: Clearance[] }) => {
      // One after the other, in the order of choosing: the first gets what there is.
      for (const row of of) await actOn(row, action);
      return of.length;
    },
    onSuccess: (count, { action }) => toast({ text: t(`kit.did.${action === "release" ? "release" : "lock"}`, { count }) }),
    onError: (problem) => toast({ tone: "bad", text: problemText(problem, said) }),
    onSettled: () => void client.invalidateQueries({ queryKey: keyOf(slug, "production.order") }),
  });
  const choose = (id: number) => setChosen((now) => (now.includes(id) ? now.filter((other) => other !== id) : [...now, id]));
  const drafts = picked.filter((row) => row.status === "draft");
  return (
    <div className="page">
      <PageHead title={t("kit.title")} after={<span className="dim">{t("kit.why")}</span>} actions={picked.length > 0 && (
        <>
          <AppLink className="btn" to={`/production/kitting-list?orders=${picked.map((row) => row.order.id).join(",")}`}><Printer size={15} />{t("kit.list")}</AppLink>
          {mayRelease && <Button icon={<Lock size={15} />} busy={act.isPending} onClick={() => act.mutate({ action: "lock-material", of: picked })}>{t("kit.lock")}</Button>}
          {mayRelease && drafts.length > 0 && <Button variant="primary" icon={<Play size={15} />} busy={act.isPending} onClick={() => act.mutate({ action: "release", of: drafts })}>{t("kit.release", { count: drafts.length })}</Button>}
        </>
      )} />
      <div className="page-body po-scroll">
        {error && !data ? <ErrorState title={t("kit.failed")}>{null}</ErrorState> : !data ? <GridSkeleton /> : rows.length === 0 ? <EmptyState title={t("kit.none")}>{t("kit.noneWhy")}</EmptyState> : (
          <table className="po-table po-kit">
            <thead><tr><th scope="col"><span className="sr-only">{t("kit.first")}</span></th><th scope="col">{t("wip.order")}</th><th scope="col">{t("wip.product")}</th><th scope="col" className="num">{t("wip.pieces")}</th><th scope="col">{t("fact.start")}</th><th scope="col">{t("operations.state")}</th><th scope="col">{t("madeFor")}</th><th scope="col">{t("material")}</th></tr></thead>
            <tbody>{rows.map((row) => <Fragment key={row.order.id}><Row row={row} place={chosen.indexOf(row.order.id) + 1} onChoose={() => choose(row.order.id)} /></Fragment>)}</tbody>
          </table>
        )}
      </div>
    </div>
  );
}
