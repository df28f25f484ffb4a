/** Entering what an inspection found: one line for each check, its limits beside it, bad pieces seen while typing. */
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import type { ActionDialogProps } from "@/platform/slots/manifest";
import { Button } from "@/ui/button";
import { CheckLine, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { judge, typedOf, type CheckRow, type Typed } from "./readings";
import "./production.css";

export function EnterReadings({ record, busy, error, onClose, onRun }: ActionDialogProps) {
  const { t } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const entity = useEntity("production.inspection_check");
  const query = { inspection__in: record.id, limit: 200 };
  const { data, error: unread } = useQuery({ queryKey: keyOf(slug, "production.inspection_check", "list", query), queryFn: ({ signal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined });
  const [typed, setTyped] = useState<Record<number, Typed>>({});
  const checks = (data?.results ?? []) as unknown as CheckRow[];
  const size = Number(record.sample_size);
  const accept = Number(record.accept);
  const found = checks.map((check) => {
    const now = typed[check.id] ?? typedOf(check);
    return { check, now, ...judge(check, now, size) };
  });
  const bad = new Set(found.flatMap((one) => one.bad)).size;
  const wrong = found.some((one) => one.wrong.length > 0 || one.count > size);
  const problem = isProblem(error) ? error : undefined;
  const loose = error && !problem?.errors.some((one) => one.field.startsWith("readings.")) ? problemText(error, said) : "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const readings = Object.fromEntries(found.flatMap((one) => (one.sent ? [[String(one.check.id), one.sent]] : [])));
    if (!wrong && Object.keys(readings).length > 0) onRun({ readings });
  };
  const limits = ({ lower, upper, unit }: CheckRow) => {
    const words = lower !== null && upper !== null ? `${format.quantity(lower)} – ${format.quantity(upper)}` : lower !== null ? `≥ ${format.quantity(lower)}` : `≤ ${format.quantity(upper ?? "0")}`;
    return `${words} ${unit}`.trim();
  };
  const change = (check: CheckRow, to: Typed) => setTyped((before) => ({ ...before, [check.id]: to }));
  return (
    <Dialog open sticky width={600} title={<>{t("readings.title", { inspection: String(record.number) })} <span className="dim">{(record.product as Ref | null)?.label}</span></>} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="enter-readings" busy={busy} disabled={wrong || found.every((one) => one.sent === null)}>{t("readings.save")}</Button></>}>
      <form id="enter-readings" className="pr-report" onSubmit={submit} noValidate>
        <p className="sub">{t("readings.sample", { size: format.number(size), accept: format.number(accept) })}</p>
        {(loose || unread) && <p className="t-bad" role="alert">{loose || problemText(unread, said)}</p>}
        {found.map(({ check, now, wrong: words, count, bad: pieces }) => {
          const measured = check.kind === "measured";
          const refused = words.length > 0 ? t(measured ? "readings.notNumber" : "readings.notPiece", { words: words.join(" "), size: format.number(size) }) : count > size ? t("readings.tooMany", { size: format.number(size) }) : problem?.errorOf(`readings.${check.id}`);
          const note = measured ? t("readings.count", { count, size: format.number(size) }) : t("readings.pieces");
          return (
            <div key={check.id}>
              <TextField label={check.name} extra={measured ? <span className="dim">{limits(check)}</span> : undefined} autoComplete="off" inputMode="text" disabled={now.none}
                value={now.text} onChange={(event) => change(check, { ...now, text: event.target.value })} error={refused}
                note={pieces.length > 0 ? `${note} · ${t("readings.bad", { pieces: pieces.join(t("comma")) })}` : note} />
              {!measured && <CheckLine checked={now.none} onChange={(event) => change(check, { text: "", none: event.target.checked })}>{t("readings.none")}</CheckLine>}
            </div>
          );
        })}
        <section className="pr-then" aria-live="polite">
          <p className={bad > accept ? "t-bad" : undefined}>{t(bad > accept ? "readings.over" : "readings.within", { bad: format.number(bad), accept: format.number(accept) })}</p>
        </section>
      </form>
    </Dialog>
  );
}
