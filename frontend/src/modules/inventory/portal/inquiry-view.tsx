/** One inquiry, answered line by line in the supplier's own currency and unit. What is typed is kept on this device until it is sent. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { problemText } from "@/platform/records/problem-text";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { formatMoney, formatQuantity } from "@/ui/format/number";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import type { Inquiry, InquiryLine, Portal } from "./api";
import { InquiryFiles } from "./files";
import { day, moment, today } from "@/platform/guest/moments";

interface Said { price: string; per: string; unit: string; min_quantity: string; lead_days: string; delivers_on: string; alternative: string }
interface Offer { currency: string; valid_until: string; freight: string; words: string; lines: Record<number, Said> }

const empty = (line: InquiryLine): Said => ({ price: "", per: "1", unit: String(line.unit), min_quantity: "", lead_days: "", delivers_on: "", alternative: "" });
const plain = (value: string) => (/^0*(\.0*)?$/.test(value) ? "" : value.includes(".") ? value.replace(/\.?0+$/, "") : value);

/** What was answered last stands in the form: a new round mostly changes prices. */
function begin(inquiry: Inquiry): Offer {
  const last = inquiry.answer;
  const lines = Object.fromEntries(inquiry.lines.map((line) => {
    const said = last?.lines.find((one) => one.line === line.id);
    return [line.id, said ? { price: plain(said.price), per: plain(said.per) || "1", unit: String(said.unit), min_quantity: plain(said.min_quantity), lead_days: said.lead_days === null ? "" : String(said.lead_days), delivers_on: said.delivers_on ?? "", alternative: said.alternative } : empty(line)];
  }));
  return { currency: last?.currency ?? inquiry.own_currency, valid_until: last?.valid_until ?? "", freight: plain(last?.freight ?? ""), words: last?.words ?? "", lines };
}

export function InquiryView({ api, secret, id }: { api: Portal; secret: string; id: number }) {
  const { t } = useTranslation("portal");
  const { t: said } = useTranslation("records");
  const { data, error } = useQuery({ queryKey: ["portal", secret, "inquiry", id], queryFn: ({ signal }) => api.inquiry(id, signal), retry: false, refetchOnWindowFocus: false });
  if (error) return <ErrorState title={t("notFound")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton />;
  return <InquiryForm key={`${data.round}-${data.answer?.given_at ?? ""}`} api={api} secret={secret} inquiry={data} />;
}

function InquiryForm({ api, secret, inquiry }: { api: Portal; secret: string; inquiry: Inquiry }) {
  const { t, i18n } = useTranslation("portal");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const draft = `tenon.portal.${inquiry.id}.${inquiry.round}.${inquiry.answer?.given_at ?? ""}`;
  const [offer, setOffer] = useState<Offer>(() => {
    try { return { ...begin(inquiry), ...(JSON.parse(sessionStorage.getItem(draft) ?? "{}") as Partial<Offer>) }; } catch { return begin(inquiry); }
  });
  useEffect(() => { sessionStorage.setItem(draft, JSON.stringify(offer)); }, [draft, offer]);
  const offered = inquiry.lines.filter((line) => offer.lines[line.id]!.price.trim() !== "");
  const took = (fresh: Inquiry, words: string) => {
    sessionStorage.removeItem(draft);
    client.setQueryData(["portal", secret, "inquiry", inquiry.id], fresh);
    void client.invalidateQueries({ queryKey: ["portal", secret, "home"] });
    toast(words);
    window.scrollTo(0, 0);
  };
  const send = useMutation({
    mutationFn: () => api.answer(inquiry.id, {
      currency: offer.currency, valid_until: offer.valid_until || null, freight: offer.freight || null, words: offer.words,
      lines: offered.map((line) => {
        const one = offer.lines[line.id]!;
        return { line: line.id, price: one.price, per: one.per || null, unit: Number(one.unit), min_quantity: one.min_quantity || null, lead_days: one.lead_days === "" ? null : Number(one.lead_days), delivers_on: one.delivers_on || null, alternative: one.alternative };
      }),
    }),
    onSuccess: (fresh) => took(fresh, t("sent")),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const decline = useMutation({ mutationFn: () => api.decline(inquiry.id, offer.words), onSuccess: (fresh) => took(fresh, t("declined")), onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }) });
  const faults = isProblem(send.error) ? send.error.errors : [];
  const fault = (field: string) => faults.find((one) => one.field === field)?.message;
  const set = (line: number, change: Partial<Said>) => setOffer((old) => ({ ...old, lines: { ...old.lines, [line]: { ...old.lines[line]!, ...change } } }));
  const name = (line: InquiryLine) => (i18n.language === "zh" && line.name_zh ? line.name_zh : line.name);
  return (
    <form className="pt-form" onSubmit={(event) => { event.preventDefault(); if (!send.isPending) send.mutate(); }}>
      <div className="pt-head">
        <h1>{inquiry.title || inquiry.number}</h1>
        <p className="sub">{inquiry.number}{inquiry.round > 1 && ` · ${t("round", { number: inquiry.round })}`}{inquiry.warehouse && ` · ${t("deliverTo", { place: inquiry.warehouse })}`}</p>
        <p>{inquiry.open ? <Status kind="open">{t("until", { at: moment(inquiry.closes_at) })}</Status> : <Status kind="off">{t("status_over")}</Status>}
          {inquiry.answer && <span className="sub">{t("givenAt", { at: moment(inquiry.answer.given_at) })}{inquiry.answer.round < inquiry.round && ` (${t("round", { number: inquiry.answer.round })})`}</span>}
        </p>
        {inquiry.terms && <p className="pt-terms">{inquiry.terms}</p>}
        {inquiry.open && <p className="dim">{t("sealed", { company: inquiry.company })}</p>}
      </div>
      <fieldset disabled={!inquiry.open}>
        <div className="pt-row">
          <SelectField large label={t("currency")} value={offer.currency} error={fault("currency")} onChange={(event) => setOffer({ ...offer, currency: event.target.value })} options={inquiry.currencies.map((code) => ({ value: code, label: code }))} />
          <TextField large type="date" label={t("validUntil")} min={today()} value={offer.valid_until} error={fault("valid_until")} onChange={(event) => setOffer({ ...offer, valid_until: event.target.value })} />
        </div>
        <ol className="pt-lines">
          {inquiry.lines.map((line) => {
            const one = offer.lines[line.id]!;
            const at = offered.indexOf(line);
            const own = (field: string) => (at < 0 ? undefined : fault(`lines.${at}.${field}`));
            const unit = line.units.find((each) => each.id === line.unit);
            return (
              <li key={line.id} className={one.price.trim() ? "on" : undefined}>
                <p className="pt-item"><b className="grow">{name(line)}</b><b className="num">{formatQuantity(line.quantity)} {line.quantity_unit}{line.second_quantity && <span className="sub"> ≈ {formatQuantity(line.second_quantity)} {unit?.label}</span>}</b></p>
                <p className="sub"><span className="grow ell">{line.code}{line.description && ` · ${line.description}`}</span>{line.needed_on && <span>{t("neededOn", { on: day(line.needed_on) })}</span>}</p>
                {line.rank !== undefined && <p><Status kind={line.rank === 1 ? "done" : "warn"}>{t("rank", { rank: line.rank, of: line.of })}</Status></p>}
                {line.best_price !== undefined && <p className="sub">{t("best", { price: formatMoney(line.best_price, line.best_currency ?? "", 4), unit: line.best_unit })}</p>}
                <div className="pt-row">
                  <TextField large inputMode="decimal" label={t("price")} placeholder={t("notOffered")} value={one.price} error={own("price")} suffix={offer.currency} onChange={(event) => set(line.id, { price: event.target.value.replace(",", ".") })} />
                  <SelectField large label={t("unit")} value={one.unit} error={own("unit")} onChange={(event) => set(line.id, { unit: event.target.value })} options={line.units.map((each) => ({ value: String(each.id), label: each.label }))} />
                  <TextField large inputMode="numeric" label={t("leadDays")} value={one.lead_days} error={own("lead_days")} suffix={t("days")} onChange={(event) => set(line.id, { lead_days: event.target.value.replace(/\D/g, "") })} />
                </div>
                <details open={one.per !== "1" || Boolean(one.min_quantity || one.delivers_on || one.alternative) || undefined}>
                  <summary>{t("more")}</summary>
                  <div className="pt-row">
                    <TextField large inputMode="decimal" label={t("per")} value={one.per} error={own("per")} onChange={(event) => set(line.id, { per: event.target.value })} />
                    <TextField large inputMode="decimal" label={t("least")} value={one.min_quantity} error={own("min_quantity")} onChange={(event) => set(line.id, { min_quantity: event.target.value })} />
                    <TextField large type="date" label={t("deliversOn")} min={today()} value={one.delivers_on} error={own("delivers_on")} onChange={(event) => set(line.id, { delivers_on: event.target.value })} />
                  </div>
                  <TextField large label={t("alternative")} maxLength={500} value={one.alternative} onChange={(event) => set(line.id, { alternative: event.target.value })} />
                </details>
              </li>
            );
          })}
        </ol>
        <div className="pt-row">
          <TextField large inputMode="decimal" label={t("freight")} value={offer.freight} error={fault("freight")} suffix={offer.currency} onChange={(event) => setOffer({ ...offer, freight: event.target.value.replace(",", ".") })} />
          <TextField large label={t("words")} maxLength={2000} value={offer.words} onChange={(event) => setOffer({ ...offer, words: event.target.value })} />
        </div>
      </fieldset>
      <InquiryFiles api={api} secret={secret} inquiry={inquiry} />
      {inquiry.open && (
        <div className="pt-bar">
          <Button variant="text" size="large" busy={decline.isPending} onClick={() => void confirm({ title: t("declineAsk"), body: t("declineWhy"), action: t("decline") }).then((yes) => yes && decline.mutate())}>{t("decline")}</Button>
          <span className="grow dim">{t("offered", { count: offered.length, of: inquiry.lines.length })}</span>
          <Button variant="primary" size="large" submit busy={send.isPending} disabled={offered.length === 0}>{t(inquiry.answer && inquiry.answer.round === inquiry.round ? "sendAgain" : "send")}</Button>
        </div>
      )}
    </form>
  );
}
