/** Counting at the shelf, with a phone or a handheld scanner in one hand: place, product, number, next. Works on through a short loss of the network. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, CloudOff, ListChecks, MapPin } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { useQueue } from "@/platform/offline/use-queue";
import { problemText } from "@/platform/records";
import { useGo } from "@/platform/records/navigation";
import { useEntity, useTenant } from "@/platform/session/session";
import { Bar } from "@/ui/figures";
import { signal } from "@/ui/scan/feedback";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Button } from "@/ui/button";
import { countPath, fetchCounting, type CountBody, type Counting, type CountLine, type Place, type Taken } from "../api/counting";
import { CountList } from "../components/count-list";
import { Keypad } from "../components/keypad";
import { useWedge } from "@/ui/scan/use-wedge";
import "../components/counting.css";

const MOST_DIGITS = 14;
/** No quantity, but a barcode whose keys came slowly. */
const BARCODE = 8;

/** What is to be counted by whoever holds the phone. */
export const isMine = (line: CountLine): boolean => (line.state === "open" || line.state === "recount") && !line.others;

export function CountPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const go = useGo();
  const entity = useEntity("inventory.count_sheet");
  const key = keyOf(slug, "inventory.count_sheet", "counting", id);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const fresh = await fetchCounting(id, signal);
      return { ...fresh, ahead: Date.parse(fresh.now) - Date.now() };
    },
    refetchOnWindowFocus: false,
  });
  const [at, setAt] = useState<number | null>(null);
  const [typed, setTyped] = useState("");
  // pieces counted by scanning: a figure that is typed then begins anew
  const [byScan, setByScan] = useState(false);
  // how many pieces, while what they weigh is still to be typed
  const [pieces, setPieces] = useState<string | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const [extra, setExtra] = useState<string | null>(null);
  const [listed, setListed] = useState(false);

  const put = useCallback((line: CountLine, status: Counting["status"]) => {
    client.setQueryData<Counting & { ahead: number }>(key, (old) => old && {
      ...old, status, lines: old.lines.some((one) => one.id === line.id) ? old.lines.map((one) => (one.id === line.id ? line : one)) : [...old.lines, line],
    });
  }, [client, key]);
  const { queue, state } = useQueue();
  const path = countPath(id);
  const waiting = useMemo(() => state.waiting.filter((entry) => entry.path === path), [state.waiting, path]);
  useEffect(() => queue.onAnswer((entry, answer) => {
    if (entry.path !== path) return;
    const { line, status } = answer as Taken;
    put(line, status);
    if (line.state === "recount") toast(t("count.again", { product: line.product.code }));
  }), [queue, path, put, t]);
  const refused = state.refused.find(({ entry }) => entry.path === path);
  useEffect(() => {
    if (!refused) return;
    signal(false);
    toast({ text: problemText(refused.error, said), tone: "bad" });
    queue.dismiss(refused.entry.key);
    void refetch();
  }, [refused, queue, refetch, said]);

  const lines = useMemo(() => data?.lines ?? [], [data]);
  const sent = useMemo(() => new Map(waiting.flatMap(({ body }) => { const { line: of, quantity } = body as CountBody; return of ? [[of, quantity] as const] : []; })), [waiting]);
  const open = useMemo(() => lines.filter((line) => isMine(line) && !sent.has(line.id)), [lines, sent]);
  const line = extra ? undefined : (lines.find((one) => one.id === at) ?? open[0]);
  const here = place ?? (extra ? null : (line?.place ?? null));
  const done = lines.length - lines.filter((one) => (one.state === "open" || one.state === "recount") && !sent.has(one.id)).length;

  const show = (next: CountLine) => { setAt(next.id); setTyped(""); setPieces(null); setByScan(false); setExtra(null); setListed(false); };
  const take = () => {
    if (typed === "" || !data || (!line && !(extra && place))) return;
    if (line?.second_unit && pieces === null && Number(typed) !== 0) {
      setPieces(typed);
      setTyped("");
      setByScan(false);
      return;
    }
    const counted: CountBody = { quantity: pieces ?? typed, ...(pieces !== null && { second_quantity: typed }), counted_at: new Date(Date.now() + data.ahead).toISOString(), ...(line ? { line: line.id } : { code: extra ?? "", location: place!.id }) };
    queue.add({ method: "POST", path, body: counted, label: `${line?.product.code ?? extra}: ${pieces ?? typed}` });
    signal(true);
    setTyped("");
    setPieces(null);
    setByScan(false);
    setExtra(null);
    // the next one that is still to be counted, on the way that the sheet goes
    const from = line ? lines.indexOf(line) : -1;
    const next = [...lines.slice(from + 1), ...lines.slice(0, from + 1)].find((one) => one.id !== line?.id && isMine(one) && !sent.has(one.id));
    setAt(next?.id ?? null);
    if (next?.place.id !== place?.id) setPlace(null);
  };
  const onKey = (pressed: string): void => {
    if (pressed === "Enter" && typed.length >= BARCODE && lines.some((one) => one.product.barcode === typed)) { setTyped(""); onScan(typed); }
    else if (pressed === "Enter") take();
    else if (pressed === "Backspace") setTyped((old) => old.slice(0, -1));
    else if (/^[0-9]$/.test(pressed) && byScan) { setTyped(pressed); setByScan(false); }
    else if (/^[0-9]$/.test(pressed)) setTyped((old) => (old.length < MOST_DIGITS ? (old === "0" ? pressed : old + pressed) : old));
    else if ((pressed === "." || pressed === ",") && (!line || line.decimals > 0 || pieces !== null)) setTyped((old) => (old.includes(".") ? old : `${old || "0"}.`));
  };
  const onScan = (code: string): void => {
    const read = code.trim().toLowerCase();
    const found = data?.places.find((one) => one.code.toLowerCase() === read);
    if (found) {
      const first = open.find((one) => one.place.id === found.id) ?? lines.find((one) => one.place.id === found.id);
      setExtra(null);
      setPlace(found);
      if (first) show(first);
      return;
    }
    const same = lines.filter((one) => one.product.code.toLowerCase() === read || (one.product.barcode !== "" && one.product.barcode.toLowerCase() === read));
    // whoever scanned a place means that place; else the way of the sheet says where
    const match = place ? same.find((one) => one.place.id === place.id) : (same.find((one) => one.id === line?.id) ?? same.find(isMine) ?? same[0]);
    if (!match && extra?.toLowerCase() !== read) { signal(false); setExtra(code.trim()); setTyped(""); }
    else if (match && match.id !== line?.id) show(match);
    // every scan is a piece, whichever product was in sight; what is weighed or measured is only named by its code
    if (match && (match.decimals > 0 || (match.id === line?.id && pieces !== null))) return;
    setTyped((old) => String(Number(old || "0") + 1));
    setByScan(true);
  };
  useWedge({ onScan, onKey });

  const over = data && data.status !== "open" && data.status !== "review" && data.status !== "ready";
  return (
    <main className="ct">
      <header className="ct-head">
        <button type="button" className="ct-icon" aria-label={t("count.back")} onClick={() => go(`${entity?.route ?? "/inventory/count-sheets"}/${id}`)}><ArrowLeft size={22} aria-hidden /></button>
        <h1>{data?.number ?? t("count.title")}</h1>
        {data && <span className="dim num">{done} / {lines.length}</span>}
        <span className="grow" />
        {waiting.length > 0 && <span className="ct-away" role="status"><CloudOff size={16} aria-hidden />{t("count.waiting", { count: waiting.length })}</span>}
        {data && <button type="button" className="ct-icon" aria-label={t("count.list")} aria-pressed={listed} onClick={() => setListed(!listed)}><ListChecks size={22} aria-hidden /></button>}
      </header>
      {data && <Bar percent={lines.length ? (done / lines.length) * 100 : 0} width="100%" label={t("count.progress")} />}
      {isPending && <GridSkeleton rows={4} height={56} />}
      {error && !data && <ErrorState title={t("count.failed")} actions={<Button size="large" onClick={() => void refetch()}>{t("needs.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {data && (listed || over) && <CountList lines={lines} sent={sent} onOpen={over ? undefined : (next) => { setPlace(null); show(next); }} />}
      {data && !listed && !over && (line || extra ? (
        <>
          <section className="ct-card" aria-live="polite">
            <p className="ct-place"><MapPin size={18} aria-hidden /><b>{here ? here.code : t("count.scanPlace")}</b></p>
            {extra ? (
              <>
                <h2>{extra}</h2>
                <p className="t-warn">{place ? t("count.notListed") : t("count.placeFirst")}</p>
              </>
            ) : line && (
              <>
                <h2>{format.language === "zh" && line.product.name_zh ? line.product.name_zh : line.product.name}</h2>
                <p className="sub num">{line.product.code}{line.lot && ` · ${line.lot}`}</p>
                {line.state === "recount" && <p className="t-warn">{t("count.second")}</p>}
                {line.book !== null && <p className="sub">{t("count.book", { quantity: format.quantity(line.book), unit: line.unit })}</p>}
              </>
            )}
            {pieces !== null && line && <p className="sub num">{format.quantity(pieces)} {line.unit} · {t("count.weighNow")}</p>}
            <output className="ct-number num" aria-label={t("count.counted")}>{typed || (pieces !== null && "–") || (line && sent.get(line.id)) || (line?.counted != null && line.state !== "recount" ? format.quantity(line.counted) : "–")} {line && <small>{pieces !== null ? line.second_unit : line.unit}</small>}</output>
          </section>
          <Keypad onKey={onKey} fractions={!line || line.decimals > 0 || pieces !== null} action={t("count.take")} disabled={Boolean(extra && !place)} />
        </>
      ) : (
        <div className="ct-done">
          <EmptyState title={t(lines.some((one) => one.others) ? "count.othersLeft" : "count.allDone")}
            actions={<Button size="large" variant="primary" onClick={() => go(`${entity?.route ?? "/inventory/count-sheets"}/${id}`)}>{t("count.toSheet")}</Button>}>{t(waiting.length ? "count.stillWaiting" : "count.doneWhy")}</EmptyState>
        </div>
      ))}
    </main>
  );
}
