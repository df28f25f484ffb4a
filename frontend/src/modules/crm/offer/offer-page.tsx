/** A quote as its customer opens it by a link: no account. Read it, choose options, ask, sign or decline. Made for a phone first. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { problemText } from "@/platform/records/problem-text";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { formatMoney, formatQuantity } from "@/ui/format/number";
import { GuestFrame } from "@/platform/guest/frame";
import { day, moment } from "@/platform/guest/moments";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { Status, type StatusKind } from "@/ui/status";
import { offer, type Offer, type OfferApi, type OfferLine } from "./api";
import { SignPad } from "./sign-pad";
import "./offer.css";

const KIND: Record<Offer["state"], StatusKind> = { open: "open", accepted: "done", declined: "off", expired: "warn", replaced: "off" };
/** Amounts come with as many decimals as their currency has. */
const decimals = (value: string) => value.split(".")[1]?.length ?? 0;
type Way = "accept" | "decline" | "ask";

export function OfferPage() {
  const { t } = useTranslation("offer");
  const { t: said } = useTranslation("records");
  const secret = window.location.hash.replace(/^#/, "");
  const api = useMemo(() => offer(secret), [secret]);
  const { data, error, refetch } = useQuery({ queryKey: ["offer", secret], queryFn: ({ signal }) => api.read(signal), retry: false, enabled: secret !== "" });
  useEffect(() => { document.title = data ? `${data.number} · ${data.company}` : t("title"); }, [data, t]);
  const wrong = secret === "" || (isProblem(error) && error.status === 401);
  return (
    <GuestFrame title={data?.company ?? t("title")} sub={data && t("for", { customer: data.customer })} otherLanguage={t("other_language")}>
      {wrong ? <ErrorState title={t("invalid")}>{t("invalidWhy")}</ErrorState>
        : error ? <ErrorState title={t("failed")} actions={<Button onClick={() => void refetch()}>{t("again")}</Button>}>{problemText(error, said)}</ErrorState>
        : !data ? <GridSkeleton />
        : <OfferSheet api={api} secret={secret} shown={data} />}
    </GuestFrame>
  );
}

function OfferSheet({ api, secret, shown }: { api: OfferApi; secret: string; shown: Offer }) {
  const { t, i18n } = useTranslation("offer");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const [options, setOptions] = useState<number[]>([]);
  const [way, setWay] = useState<Way | null>(null);
  const open = shown.state === "open";
  const withOptions = useQuery({ queryKey: ["offer", secret, "total", shown.number, options], queryFn: () => api.total(options), enabled: open && options.length > 0, placeholderData: (old) => old });
  const sums = open && options.length > 0 ? (withOptions.data ?? shown) : shown;
  const money = (value: string) => formatMoney(value, shown.currency, decimals(value));
  const took = (fresh: Offer, told: string) => {
    client.setQueryData(["offer", secret], fresh);
    setWay(null);
    toast(told);
    window.scrollTo(0, 0);
  };
  const paper = useMutation({
    mutationFn: () => api.paper(i18n.language === "zh" ? "zh-hans" : "en"),
    onSuccess: (blob) => window.open(URL.createObjectURL(blob), "_blank"),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const firm = shown.lines.filter((line) => !line.optional || (line.chosen && !open));
  const rest = open ? shown.lines.filter((line) => line.optional) : [];
  const toggle = (id: number) => setOptions((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
  return (
    <div className="pt-form of">
      <div className="pt-head">
        <h1>{shown.number}</h1>
        <p className="sub">{t("quoted", { day: day(shown.quoted_on), until: day(shown.valid_until) })}{shown.payment_term && ` · ${shown.payment_term}`}</p>
        {shown.seller && <p className="sub">{t("by", { name: shown.seller })}</p>}
        <p><Status kind={KIND[shown.state]}>{t(`state_${shown.state}`)}</Status><span className="grow" /><Button icon={<FileText size={16} />} busy={paper.isPending} onClick={() => paper.mutate()}>{t("paper")}</Button></p>
        {(shown.state === "replaced" || shown.state === "expired") && <p className="pt-terms">{t(`${shown.state}Why`)}</p>}
        {shown.note && <p className="pt-terms">{shown.note}</p>}
      </div>
      {firm.length > 0 && <ol className="pt-lines">{firm.map((line) => <li key={line.id}><Line line={line} currency={shown.currency} /></li>)}</ol>}
      {rest.length > 0 && (
        <>
          <div><h2>{t("options")}</h2><p className="sub">{t("optionsWhy")}</p></div>
          <ol className="pt-lines">
            {rest.map((line) => (
              <li key={line.id} className={options.includes(line.id) ? "on" : undefined}>
                <label className="of-option"><input type="checkbox" checked={options.includes(line.id)} onChange={() => toggle(line.id)} /><span><Line line={line} currency={shown.currency} /></span></label>
              </li>
            ))}
          </ol>
        </>
      )}
      <dl className="pt-sum of-sum" aria-live="polite">
        <dt>{t("subtotal")}</dt><dd>{money(sums.subtotal)}</dd>
        {Number(sums.freight) > 0 && <><dt>{t("freight")}</dt><dd>{money(sums.freight)}</dd></>}
        {sums.taxes.map((tax, index) => <TaxRow key={index} label={tax.label} amount={money(tax.amount)} />)}
        <dt className="whole"><b>{t("total")}</b></dt><dd className="whole"><b>{money(sums.total)}</b></dd>
      </dl>
      {open && shown.promised_on && <p className="sub">{t("readyAll", { day: day(shown.promised_on) })}</p>}
      {way === "accept" && <AcceptBox api={api} shown={shown} options={options} total={money(sums.total)} onDone={(fresh) => took(fresh, t("accepted"))} onClose={() => setWay(null)} />}
      {(way === "decline" || way === "ask") && <WordsBox key={way} api={api} shown={shown} way={way} onDone={(fresh) => took(fresh, t(way === "ask" ? "asked" : "declined"))} onClose={() => setWay(null)} />}
      {shown.answers.length > 0 && <Said shown={shown} />}
      {way === null && shown.state !== "replaced" && (
        <div className="pt-bar">
          <Button variant="text" size="large" onClick={() => setWay("ask")}>{t("ask")}</Button>
          {open && <Button variant="text" size="large" onClick={() => setWay("decline")}>{t("decline")}</Button>}
          <span className="grow" />
          {open && <Button variant="primary" size="large" onClick={() => setWay("accept")}>{t("accept")}</Button>}
        </div>
      )}
    </div>
  );
}

const TaxRow = ({ label, amount }: { label: string; amount: string }) => <><dt>{label}</dt><dd>{amount}</dd></>;

function Line({ line, currency }: { line: OfferLine; currency: string }) {
  const { t, i18n } = useTranslation("offer");
  const name = (i18n.language === "zh" && line.name_zh) || line.name;
  return (
    <>
      <p className="pt-item"><b className="grow">{name}</b><b className="num">{formatMoney(line.total, currency, decimals(line.total))}</b></p>
      <p className="sub"><span className="grow">{line.code}{line.description && ` · ${line.description}`}</span></p>
      <p className="sub">
        <span className="grow num">{formatQuantity(line.quantity)} {line.unit}{line.second_quantity && ` ≈ ${formatQuantity(line.second_quantity)} ${line.second_unit}`} × {formatMoney(line.unit_price, currency, Math.max(decimals(line.total), decimals(line.unit_price)))} / {line.price_unit}{Number(line.discount) > 0 && ` · ${t("discount", { percent: formatQuantity(line.discount) })}`}</span>
        {line.promised_on && <span className="num">{t("ready", { day: day(line.promised_on) })}</span>}
      </p>
    </>
  );
}

/** Brings itself into view, and the hand to its first field. */
function useShown() {
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "start" });
    box.current?.querySelector<HTMLElement>("input")?.focus({ preventScroll: true });
  }, []);
  return box;
}

const fault = (error: unknown, field: string) => (isProblem(error) ? error.errors.find((one) => one.field === field)?.message : undefined);

function AcceptBox({ api, shown, options, total, onDone, onClose }: { api: OfferApi; shown: Offer; options: number[]; total: string; onDone: (fresh: Offer) => void; onClose: () => void }) {
  const { t } = useTranslation("offer");
  const { t: said } = useTranslation("records");
  const box = useShown();
  const [name, setName] = useState(shown.contact);
  const [title, setTitle] = useState("");
  const [words, setWords] = useState("");
  const [signature, setSignature] = useState("");
  const yes = useMutation({
    mutationFn: () => api.accept({ number: shown.number, name, title, words, signature, options }),
    onSuccess: onDone,
    onError: (failure) => { if (!fault(failure, "name") && !fault(failure, "signature")) toast({ tone: "bad", text: problemText(failure, said) }); },
  });
  return (
    <form ref={box} className="of-box" onSubmit={(event) => { event.preventDefault(); yes.mutate(); }}>
      <h2>{t("acceptTitle")}</h2>
      <p className="sub">{t("acceptWhy")}</p>
      <TextField large label={t("name")} autoComplete="name" maxLength={120} value={name} error={fault(yes.error, "name")} onChange={(event) => setName(event.target.value)} />
      <TextField large label={t("position")} autoComplete="organization-title" maxLength={120} value={title} onChange={(event) => setTitle(event.target.value)} />
      <TextField large label={t("words")} maxLength={2000} value={words} onChange={(event) => setWords(event.target.value)} />
      <SignPad name={name} error={fault(yes.error, "signature")} onChange={setSignature} />
      <Button variant="primary" size="large" block submit busy={yes.isPending}>{t("acceptFor", { total })}</Button>
      <Button variant="text" size="large" block onClick={onClose}>{t("cancel")}</Button>
    </form>
  );
}

function WordsBox({ api, shown, way, onDone, onClose }: { api: OfferApi; shown: Offer; way: "decline" | "ask"; onDone: (fresh: Offer) => void; onClose: () => void }) {
  const { t } = useTranslation("offer");
  const { t: said } = useTranslation("records");
  const box = useShown();
  const [name, setName] = useState(shown.contact);
  const [words, setWords] = useState("");
  const tell = useMutation({
    mutationFn: () => (way === "ask" ? api.comment(name, words) : api.decline(shown.number, name, words)),
    onSuccess: onDone,
    onError: (failure) => { if (!fault(failure, "words")) toast({ tone: "bad", text: problemText(failure, said) }); },
  });
  return (
    <form ref={box} className="of-box" onSubmit={(event) => { event.preventDefault(); tell.mutate(); }}>
      <h2>{t(`${way}Title`)}</h2>
      <TextField large label={t(way === "ask" ? "question" : "why")} maxLength={2000} value={words} error={fault(tell.error, "words")} onChange={(event) => setWords(event.target.value)} />
      <TextField large label={t("name")} autoComplete="name" maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
      <Button variant="primary" size="large" block submit busy={tell.isPending}>{t(way === "ask" ? "send" : "decline")}</Button>
      <Button variant="text" size="large" block onClick={onClose}>{t("cancel")}</Button>
    </form>
  );
}

function Said({ shown }: { shown: Offer }) {
  const { t } = useTranslation("offer");
  return (
    <section className="of-said">
      <h2>{t("said")}</h2>
      <ul className="of-said">
        {shown.answers.map((one, index) => (
          <li key={index}>
            <p><b>{t(`kind_${one.kind}`)}</b><span className="sub">{[one.name, one.title].filter(Boolean).join(", ")}</span><span className="grow" /><span className="dim num">{moment(one.at)}</span></p>
            {one.words && <p className="words">{one.words}</p>}
            {one.hash && <p className="dim hash">{t("hash", { hash: one.hash })}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
