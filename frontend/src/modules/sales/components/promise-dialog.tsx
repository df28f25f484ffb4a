/** Why a line can be there on that day and no sooner, and what it would cost others as a rush. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { Ref, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Dialog } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { Mark } from "@/ui/status";
import { fetchPromise, type Ground, type PromiseAnswer } from "../api/promise";
import { HoldPromise } from "./hold-promise";
import "./sales.css";

const MOST = 10;

interface Props {
  product: Ref;
  /** In the product's stock unit. */
  quantity: string;
  /** A line of a quote that is written: its promise can be held. */
  line?: number;
  quote?: Row;
  onClose: () => void;
}

export function PromiseDialog({ product, quantity, line, quote, onClose }: Props) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const { data, error } = useQuery({
    queryKey: keyOf(slug, "production.order", "promise", { product: product.id, quantity, line }),
    queryFn: ({ signal }) => fetchPromise(Number(product.id), quantity, line, signal),
    retry: false,
    gcTime: 30_000,
  });
  return (
    <Dialog open side width={520} onClose={onClose} title={t("chainOf.title", { product: product.label, quantity: format.quantity(quantity) })}>
      {error ? <p className="so-say"><Mark kind="warn" /><span>{problemText(error, said)}</span></p> : null}
      {!data && !error && <Delayed><div className="so-bones">{[72, 54, 64].map((width) => <Bone key={width} width={`${width}%`} height={12} />)}</div></Delayed>}
      {data && (
        <>
          <div className="so-say"><Mark kind={data.on ? "done" : "warn"} /><p><b>{data.on ? t("chainOf.there", { day: format.day(data.on) }) : t("edit.noPromise")}</b><span className="sub">{t("chainOf.hint")}</span></p></div>
          <ol className="so-chain">{data.reasons.map((ground, index) => <GroundRow key={index} ground={ground} />)}</ol>
          {quote && data.on && <HoldPromise quote={quote} on={data.on} onDone={onClose} />}
          <Rush answer={data} />
        </>
      )}
    </Dialog>
  );
}

function GroundRow({ ground }: { ground: Ground }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const { product, wait, document } = ground;
  const quantity = `${format.quantity(ground.quantity)} ${product.unit}`;
  return (
    <li className={ground.decides ? "so-decides" : undefined} style={{ paddingInlineStart: `${16 + Math.min(ground.depth, 5) * 18}px` }}>
      <p>
        <span className="row"><b className="ell" title={product.name}>{product.name || product.label}</b><span className="grow" /><span className="num">{ground.on ? format.day(ground.on) : t("edit.noDate")}</span></span>
        <span className="sub">
          {t(`chainOf.${ground.kind}`, { quantity })}
          {document && <> <EntityLink entity={document.entity} id={document.id}>{document.label}</EntityLink></>}
          {ground.kind === "production" && ground.begins && <> {t("chainOf.begins", { day: format.day(ground.begins) })}</>}
        </span>
        {wait && <span className="t-warn">{t("chainOf.wait", { place: wait.place, until: format.moment(wait.until) })}</span>}
      </p>
    </li>
  );
}

function Rush({ answer }: { answer: PromiseAnswer }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const { rush } = answer;
  if (!rush || !answer.on || rush.on >= answer.on) return <p className="sub so-note">{t("chainOf.noRush")}</p>;
  return (
    <section className="so-rush">
      <h3><Mark kind={rush.late ? "late" : "open"} /> {t("chainOf.rush", { day: format.day(rush.on) })}</h3>
      <p className="sub">{rush.slips.length === 0 ? t("chainOf.nobody") : rush.late ? t("chainOf.late", { count: rush.late }) : t("chainOf.inTime", { count: rush.slips.length })}</p>
      <ul>
        {rush.slips.slice(0, MOST).map((slip) => (
          <li key={slip.order.id}>
            <EntityLink entity="production.order" id={slip.order.id}>{slip.order.label}</EntityLink>
            <span className="sub ell grow">{slip.made_for || slip.product.name}</span>
            <span className={slip.late ? "t-bad num" : "num"}>{format.moment(slip.before)} → {format.moment(slip.after)}</span>
          </li>
        ))}
      </ul>
      {rush.slips.length > MOST && <p className="sub">{t("chainOf.more", { count: rush.slips.length - MOST })}</p>}
    </section>
  );
}
