/** What is here? Any code: what it is, and what lies there. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isZero } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { Scanned } from "../api/scanning";
import { useAsk } from "./ask";
import { ScanFrame, useSay } from "./frame";

export function LookupWork() {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const [said, say] = useSay();
  const [answer, setAnswer] = useState<Scanned | null>(null);
  const onCode = useAsk((found, code) => {
    setAnswer(found);
    say(found.kind !== "none", found.kind === "none" ? t("scan.unknown", { code }) : `${t(`scan.kind.${found.kind}`)} ${found.label}`);
  }, say);
  const known = answer && answer.kind !== "none";
  return (
    <ScanFrame title={t("scan.lookup")} hint={t("scan.scanAny")} back="/inventory/scan" said={said} onCode={onCode}>
      {known && answer.entity && <p className="what">{answer.name} <EntityLink entity={answer.entity} id={answer.id!}>{t("scan.open")}</EntityLink></p>}
      {known && answer.stock.length === 0 && <p className="sc-empty">{t("scan.nothingThere", { code: answer.label })}</p>}
      {answer?.stock.map((row) => (
        <div key={row.id} className="sc-card">
          <span><b>{answer.kind === "product" ? row.place.label : row.product.label}</b> <span className="sub">{answer.kind === "product" ? "" : row.product.name}</span>
            <br /><span className="sub">{answer.kind === "product" ? "" : row.place.label}{row.lot && ` · ${row.lot}`}{!isZero(row.reserved) && ` · ${t("scan.locked", { quantity: format.quantity(row.reserved) })}`}</span></span>
          <span className="num">{format.quantity(row.on_hand)} <small>{row.unit}</small></span>
        </div>
      ))}
      {!answer && <p className="sc-empty">{t("scan.lookupHow")}</p>}
    </ScanFrame>
  );
}
