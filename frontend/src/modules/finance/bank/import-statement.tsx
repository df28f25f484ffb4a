/** A statement file: chosen, looked at, taken. A CSV file's columns are asked for once and kept with the account. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { Button, useBusy } from "@/ui/button";
import { CheckLine, SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { sendFile, type DeskAccount, type Imported, type Mapping, type Preview } from "./api";

const FORMATS: Record<string, string> = { csv: "CSV", camt: "CAMT.053", mt940: "MT940", ofx: "OFX" };
const MAIN = ["day", "amount", "money_in", "money_out", "balance", "party", "party_account", "reference", "text", "bank_id"];

export function ImportStatement({ account, onClose }: { account: DeskAccount; onClose: () => void }) {
  const { t } = useTranslation("bank");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<Preview | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [opening, setOpening] = useState("");
  const [closing, setClosing] = useState("");
  const [problem, setProblem] = useState("");
  const [over, setOver] = useState(false);
  const [busy, run] = useBusy();
  const intent = useRef<string | null>(null);
  const money = (value: string) => format.money(value, account.currency);

  const look = (next: File, own: Mapping | null, first = opening, last = closing) => run(async () => {
    setProblem("");
    intent.current = null;
    try {
      const seen = await sendFile<Preview>({ account: account.id, file: next, mapping: own, opening: first, closing: last }, true);
      setFound(seen);
      if (seen.mapping) setMapping(seen.mapping);
    } catch (failure) { setFound(null); setProblem(problemText(failure, said)); }
  });
  const choose = (next: File | undefined) => { if (next) { setFile(next); setMapping(null); void look(next, null); } };
  const change = (part: Partial<Mapping>) => { if (!mapping || !file) return; const next = { ...mapping, ...part }; setMapping(next); void look(file, next); };
  const take = () => run(async () => {
    if (!file) return;
    intent.current ??= newIdempotencyKey();
    try {
      const done = await sendFile<Imported>({ account: account.id, file, mapping: found?.format === "csv" ? mapping : null, opening, closing }, false, intent.current);
      const lines = done.statements.reduce((sum, one) => sum + one.lines, 0);
      toast(done.statements.length === 0 ? t("imp.known") : done.matched > 0 ? t("imp.doneMatched", { count: lines, matched: done.matched }) : t("imp.done", { count: lines }));
      await client.invalidateQueries();
      onClose();
    } catch (failure) { setProblem(problemText(failure, said)); }
  });
  const fresh = found?.statements.reduce((sum, one) => sum + one.lines - one.known, 0) ?? 0;
  const unsaid = found?.statements.some((one) => !one.said) ?? false;
  const headings = found?.headings ?? [];
  return (
    <Dialog open sticky width={720} title={t("imp.title", { account: account.label })} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button variant="primary" busy={busy} disabled={!found || found.problem !== "" || found.statements.length === 0} onClick={() => void take()}>{found && fresh > 0 ? t("imp.take", { count: fresh }) : t("imp.takeNone")}</Button></>}>
      <div className="bm-import">
        <label className={`bm-drop${over ? " over" : ""}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(event) => { event.preventDefault(); setOver(false); choose(event.dataTransfer.files[0]); }}>
          <input type="file" className="sr-only" accept=".csv,.txt,.xml,.sta,.mt940,.940,.ofx,.qfx" aria-label={t("imp.file")} onChange={(event) => { choose(event.target.files?.[0]); event.target.value = ""; }} />
          {file ? <><b className="medium">{file.name}</b> <span className="sub">{found ? FORMATS[found.format] : ""} · {t("imp.other")}</span></> : <><b className="medium">{t("imp.drop")}</b> <span className="sub">{Object.values(FORMATS).join(" · ")}</span></>}
        </label>
        {problem && <p className="t-bad" role="alert">{problem}</p>}
        {found?.problem && <p className="t-bad" role="alert">{found.problem}</p>}
        {found?.statements.map((one, index) => (
          <dl className="bm-facts bm-found" key={index}>
            <div><dt>{t("imp.days")}</dt><dd>{format.day(one.starts_on)} – {format.day(one.ends_on)}</dd></div>
            <div><dt>{t("imp.opening")}</dt><dd>{money(one.opening)}</dd></div>
            <div><dt>{t("imp.in")}</dt><dd className="bm-in">{money(one.total_in)}</dd></div>
            <div><dt>{t("imp.out")}</dt><dd>{money(one.total_out)}</dd></div>
            <div><dt>{t("imp.closing")}</dt><dd>{money(one.closing)}</dd></div>
            <div><dt>{t("imp.lines")}</dt><dd>{one.lines}{one.known > 0 && <span className="dim"> · {t("imp.knownOf", { count: one.known })}</span>}</dd></div>
          </dl>
        ))}
        {(unsaid || (found?.format === "csv" && !mapping?.columns.balance)) && (
          <div className="fi-two">
            <TextField label={t("imp.opening")} inputMode="decimal" value={opening} onChange={(event) => setOpening(event.target.value)} onBlur={() => file && void look(file, mapping)} note={t("imp.openingWhy")} />
            <TextField label={t("imp.closing")} inputMode="decimal" value={closing} onChange={(event) => setClosing(event.target.value)} onBlur={() => file && void look(file, mapping)} note={t("imp.closingWhy")} />
          </div>
        )}
        {mapping && headings.length > 0 && (
          <details open={Boolean(found?.problem)}>
            <summary>{t("imp.columns")}</summary>
            <div className="bm-columns">
              {MAIN.map((what) => <SelectField key={what} label={t(`imp.col.${what}`)} value={mapping.columns[what] ?? ""} onChange={(event) => change({ columns: { ...mapping.columns, [what]: event.target.value } })} options={[{ value: "", label: "–" }, ...headings.map((one) => ({ value: one, label: one }))]} />)}
              <SelectField label={t("imp.dayFormat")} value={mapping.day_format} onChange={(event) => change({ day_format: event.target.value })} options={(found?.day_formats ?? []).map((one) => ({ value: one, label: one.replace("%Y", "2026").replace("%m", "01").replace("%d", "31") }))} />
              <SelectField label={t("imp.decimal")} value={mapping.decimal} onChange={(event) => change({ decimal: event.target.value })} options={[{ value: ".", label: "1,234.56" }, { value: ",", label: "1.234,56" }]} />
              <CheckLine checked={mapping.flip} onChange={(event) => change({ flip: event.target.checked })}>{t("imp.flip")}</CheckLine>
            </div>
            <div className="bm-sample"><table><thead><tr>{headings.map((one) => <th key={one} scope="col">{one}</th>)}</tr></thead><tbody>{found?.sample?.map((row, index) => <tr key={index}>{headings.map((one, at) => <td key={one}>{row[at]}</td>)}</tr>)}</tbody></table></div>
          </details>
        )}
      </div>
    </Dialog>
  );
}
