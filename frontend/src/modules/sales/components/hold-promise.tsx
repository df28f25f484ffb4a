/** Below a promise: keep it until a day, or say until when it is kept. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { runAction } from "@/platform/records/api";
import type { Row } from "@/platform/records/types";
import { useCan, useEntity } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { Mark } from "@/ui/status";
import "./sales.css";

interface Props {
  quote: Row;
  /** The day that is shown: nothing is held where it does not hold any more. */
  on: string;
  onDone: () => void;
}

export function HoldPromise({ quote, on, onDone }: Props) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const queries = useQueryClient();
  const entity = useEntity("crm.quote");
  const may = useCan("crm.quote.hold");
  const held = quote.held_until as string | null;
  const [until, setUntil] = useState(held ?? String(quote.valid_until));
  const latest = String(quote.promised_on ?? on) > on ? String(quote.promised_on) : on;
  const hold = useMutation({
    mutationFn: () => runAction(entity!, quote.id, "hold", { until, by: latest }, quote.version),
    onSuccess: () => { void queries.invalidateQueries(); toast({ text: t("kept.done", { day: format.day(until) }) }); onDone(); },
    onError: (error: unknown) => toast({ tone: "bad", text: problemText(error, said) }),
  });
  if (!entity || !may) return null;
  return (
    <section className="so-keep">
      <h3><Mark kind={held ? "done" : "open"} /> {held ? t("kept.until", { day: format.day(held) }) : t("kept.ask")}</h3>
      <p className="sub">{t("kept.hint")}</p>
      <div className="row">
        <DayField label={t("kept.day")} value={until} onChange={setUntil} max={String(quote.valid_until)} />
        <Button variant="primary" busy={hold.isPending} disabled={!until} onClick={() => hold.mutate()}>{t(held ? "kept.longer" : "kept.hold")}</Button>
      </div>
    </section>
  );
}
