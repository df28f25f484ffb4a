/** A draft gets another currency: what becomes of the prices that stand already is asked, never guessed. The answer is
 *  saved at once, so that the new prices are the server's and are seen before anything is confirmed. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordFormState } from "@/platform/records";
import { linesOf } from "@/platform/records/form/values";
import { Button } from "@/ui/button";
import { Mark } from "@/ui/status";

const ways = ["list", "rate", "keep"] as const;
type Way = (typeof ways)[number];
const codeLength = 3;

export function CurrencyChange({ form }: { form: RecordFormState }) {
  const { t } = useTranslation("sales");
  const [chosen, setChosen] = useState<Way>();
  const before = form.base?.currency as string | undefined;
  const now = String(form.values.currency ?? "").trim().toUpperCase();
  const asked = form.base !== null && now.length === codeLength && now !== before && linesOf(form.entity, form.values).some((line) => line.id !== undefined);
  const { values, save, setValue } = form;
  useEffect(() => {
    if (!chosen || values.prices !== chosen) return;
    setChosen(undefined);
    // What the server refuses (no rate, no price) stands at its field; the question stays.
    void save().then((row) => row === undefined && setValue("prices", null));
  }, [chosen, values.prices, save, setValue]);
  if (!asked) return null;
  const choose = (way: Way) => {
    if (form.values.currency !== now) form.setValue("currency", now);
    form.setValue("prices", way);
    setChosen(way);
  };
  return (
    <div className="so-late so-money" role="status">
      <Mark kind="warn" />
      <p className="grow"><b>{t("money.title", { before, now })}</b> <span>{t("money.why")}</span></p>
      {ways.map((way) => <Button key={way} size="small" busy={form.saving !== null && form.values.prices === way} disabled={form.saving !== null} onClick={() => choose(way)}>{t(`money.${way}`, { before, now })}</Button>)}
    </div>
  );
}
