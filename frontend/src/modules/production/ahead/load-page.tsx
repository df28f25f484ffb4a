/** What the plan asks of work centres against their time, the overloaded first; beside it what the plan is worth. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Segmented } from "@/ui/controls";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { fetchLoad, fetchProjection, type Bucket, type CentreLoad, type Projection, type Size } from "./api";
import { bucketName } from "./bucket";
import "./ahead.css";

const COUNT: Record<Size, number> = { week: 12, month: 9 };
const hoursOf = (minutes: string | number) => Number(minutes) / 60;
const hours = (minutes: string | number) => String(Number(hoursOf(minutes).toFixed(hoursOf(minutes) >= 99.5 ? 0 : 1)));

function useNames(buckets: Bucket[] | undefined, size: Size): string[] {
  const { t } = useTranslation("ahead");
  const { language } = useFormat();
  return (buckets ?? []).map((bucket) => bucketName(bucket, size, language, (number) => t("weekNumber", { number })));
}

interface BarsProps {
  centre: CentreLoad;
  names: string[];
  open: boolean;
  onOpen: () => void;
}

/** One column a bucket: released work below, what is proposed above it, a line where time ends. */
function Bars({ centre, names, open, onOpen }: BarsProps) {
  const { t } = useTranslation("ahead");
  const most = Math.max(1, ...centre.capacity.map((capacity, n) => Math.max(Number(capacity), Number(centre.firm[n]) + Number(centre.proposed[n]))));
  const share = (minutes: string | undefined) => `${(Number(minutes ?? 0) / most) * 100}%`;
  return (
    <section className="ah-centre">
      <header>
        <button type="button" className="link" aria-expanded={open} onClick={onOpen}><b>{centre.name}</b></button>
        <span className="dim">{centre.code}{centre.machines > 1 && <> · {t("load.machines", { count: centre.machines })}</>}</span>
        <span className="grow" />
        {centre.over_at !== null && <Status kind="late">{t("load.over", { hours: hours(centre.over), bucket: names[centre.over_at] })}</Status>}
      </header>
      <div className="ah-bars">
        {names.map((name, n) => {
          const asked = Number(centre.firm[n]) + Number(centre.proposed[n]);
          const capacity = Number(centre.capacity[n]);
          const percent = capacity > 0 ? Math.round((asked / capacity) * 100) : asked > 0 ? null : 0;
          const over = asked > capacity;
          return (
            <figure key={name + n} title={t("load.of", { bucket: name, asked: hours(asked), capacity: hours(capacity) })}>
              <div className="ah-col">
                <i className="ah-proposed" style={{ height: share(centre.proposed[n]) }} />
                <i className={`ah-firm${over ? " over" : ""}`} style={{ height: share(centre.firm[n]) }} />
                <hr style={{ bottom: share(centre.capacity[n]) }} />
              </div>
              <b className={over ? "t-bad" : asked === 0 ? "dim" : undefined}>{percent === null ? t("load.noTime") : `${percent} %`}</b>
              <small className="dim">{name}</small>
            </figure>
          );
        })}
      </div>
    </section>
  );
}

function Pieces({ centre, size, names }: { centre: number; size: Size; names: string[] }) {
  const { t } = useTranslation("ahead");
  const { slug } = useTenant();
  const { data } = useQuery({ queryKey: keyOf(slug, "production.planning_run", "load", `${size} ${centre}`), queryFn: ({ signal }) => fetchLoad(size, COUNT[size], centre, signal) });
  if (!data) return <GridSkeleton rows={3} />;
  if (data.pieces.length === 0) return <p className="sub ah-none">{t("load.nothing")}</p>;
  return (
    <div className="ah-sheet ah-short">
      <table>
        <thead><tr><th>{t("load.order")}</th>{names.map((name, n) => <th key={name + n} className="num">{name}</th>)}</tr></thead>
        <tbody>
          {data.pieces.map((piece, at) => (
            <tr key={`${piece.entity}${piece.id ?? at}`}>
              <th scope="row"><span className="ell">{piece.id === null ? t("load.proposal") : <EntityLink entity={piece.entity} id={piece.id}>{piece.label || t("load.proposal")}</EntityLink>} <span className="sub">{piece.product.name}</span> {piece.made_for && <span className="dim">{piece.made_for}</span>}</span></th>
              {piece.minutes.map((minutes, n) => <td key={n} className={`num${piece.firm ? "" : " sub"}`}>{Number(minutes) === 0 ? "" : t("load.hours", { hours: hours(minutes) })}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Work({ size }: { size: Size }) {
  const { t } = useTranslation("ahead");
  const { slug } = useTenant();
  const [open, setOpen] = useState<number | null>(null);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.planning_run", "load", size), queryFn: ({ signal }) => fetchLoad(size, COUNT[size], null, signal) });
  const names = useNames(data?.buckets, size);
  if (error && !data) return <ErrorState title={t("load.failed")} />;
  if (!data) return <GridSkeleton rows={10} />;
  if (data.centres.length === 0) return <EmptyState title={t("load.none")}>{t("load.noneWhy")}</EmptyState>;
  return (
    <div className="ah-load">
      <p className="ah-legend sub"><span><i className="ah-firm" /> {t("load.firm")}</span><span><i className="ah-proposed" /> {t("load.proposed")}</span><span><i className="ah-line" /> {t("load.capacity")}</span></p>
      {data.centres.map((centre) => (
        <div key={centre.id}>
          <Bars centre={centre} names={names} open={open === centre.id} onOpen={() => setOpen(open === centre.id ? null : centre.id)} />
          {open === centre.id && <Pieces centre={centre.id} size={size} names={names} />}
        </div>
      ))}
    </div>
  );
}

const MONEY = ["comes", "goes", "stock", "paid", "received", "cash"] as const;

function Worth({ size }: { size: Size }) {
  const { t } = useTranslation("ahead");
  const format = useFormat();
  const { slug } = useTenant();
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.planning_run", "projection", size), queryFn: ({ signal }) => fetchProjection(size, COUNT[size], signal) });
  const names = useNames(data?.buckets, size);
  if (error && !data) return <ErrorState title={t("worth.failed")} />;
  if (!data) return <GridSkeleton rows={7} />;
  return (
    <>
      <p className="ah-legend sub"><span>{t("worth.opening", { amount: format.money(data.opening) })}</span><span className="dim">{t("worth.how")}</span></p>
      <Curve data={data} names={names} />
      <div className="ah-sheet ah-short">
        <table>
          <thead><tr><th>{format.currency}</th>{names.map((name, n) => <th key={name + n} className="num" scope="col">{name}</th>)}</tr></thead>
          <tbody>
            {MONEY.map((name) => (
              <tr key={name} className={name === "stock" || name === "cash" ? "ah-strong" : undefined}>
                <th scope="row">{t(`worth.${name}`)}</th>
                {data[name].map((amount, n) => <td key={n} className={`num${Number(amount) < 0 ? " t-bad" : Number(amount) === 0 ? " dim" : ""}`}>{Number(amount) === 0 && name !== "stock" && name !== "cash" ? "" : format.amount(amount, 0)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Stock as columns, cash so far as a line of dots; both on one scale. */
function Curve({ data, names }: { data: Projection; names: string[] }) {
  const { t } = useTranslation("ahead");
  const values = [...data.stock, ...data.cash].map(Number);
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
  const y = (value: number) => 96 - ((value - low) / (high - low)) * 92;
  const width = 100 / Math.max(names.length, 1);
  const points = data.cash.map((amount, n) => `${((n + 0.5) * width).toFixed(2)},${y(Number(amount)).toFixed(2)}`).join(" ");
  return (
    <figure className="ah-curve">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={t("worth.chart")}>
        {data.stock.map((amount, n) => <rect key={n} x={n * width + width * 0.25} width={width * 0.5} y={Math.min(y(Number(amount)), y(0))} height={Math.abs(y(Number(amount)) - y(0))} />)}
        <line x1="0" x2="100" y1={y(0)} y2={y(0)} />
        <polyline points={points} />
      </svg>
      <figcaption className="ah-legend sub"><span><i className="ah-firm" /> {t("worth.stock")}</span><span><i className="ah-cash" /> {t("worth.cash")}</span></figcaption>
    </figure>
  );
}

export function LoadPage() {
  const { t } = useTranslation("ahead");
  const mayValue = useCan("production.planning.value");
  const [size, setSize] = useState<Size>("week");
  const [tab, setTab] = useState("load");
  return (
    <div className="page">
      <PageHead title={t("load.title")} actions={<Segmented<Size> label={t("size")} value={size} onChange={setSize} options={[{ value: "week", label: t("weeks") }, { value: "month", label: t("months") }]} />} />
      {mayValue && <Tabs label={t("load.title")} value={tab} onChange={setTab} tabs={[{ key: "load", label: t("load.tab") }, { key: "worth", label: t("worth.tab") }]} />}
      {tab === "load" || !mayValue ? <Work size={size} /> : <Worth size={size} />}
    </div>
  );
}
