/** What stands between the bank's balance and the ledger's (银行存款余额调节表). */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isZero } from "@/platform/fields/decimal/exact";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Drawer } from "@/ui/overlay/dialog";
import { Status } from "@/ui/status";
import { fetchReconciliation, type DeskAccount } from "./api";

export function ReconciliationView({ account, onClose }: { account: DeskAccount; onClose: () => void }) {
  const { t } = useTranslation("bank");
  const { t: said } = useTranslation("records");
  const { slug, today } = useTenant();
  const format = useFormat();
  const [day, setDay] = useState(account.last ?? today);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "finance.bank_match", "reconciliation", [account.id, day]), queryFn: ({ signal }) => fetchReconciliation(account.id, day, signal), placeholderData: (old) => old });
  const money = (value: string) => format.money(value, account.currency);
  return (
    <Drawer open width={560} title={t("rec.title", { account: account.label })} onClose={onClose}>
      <div className="bm-rec">
        <DayField label={t("rec.day")} value={day} onChange={(value) => value && setDay(value)} />
        {error && <p className="t-bad" role="alert">{problemText(error, said)}</p>}
        {data && (
          <>
            <table className="bm-rec-sums">
              <tbody>
                <tr><th scope="row">{t("rec.statement")}</th><td>{money(data.statement)}</td></tr>
                <tr><th scope="row">− {t("rec.lines")}</th><td>{money(data.lines_total)}</td></tr>
                <tr><th scope="row">+ {t("rec.outstanding")}</th><td>{money(data.outstanding_total)}</td></tr>
                {!isZero(data.before) && <tr><th scope="row">+ {t("rec.before")}</th><td>{money(data.before)}</td></tr>}
                <tr className="bm-rec-total"><th scope="row">{t("rec.ledger")}</th><td>{money(data.ledger)}</td></tr>
              </tbody>
            </table>
            <p><Status kind={isZero(data.difference) ? "done" : "late"}>{isZero(data.difference) ? t("rec.even") : t("rec.differs", { amount: money(data.difference) })}</Status></p>
            <h3>{t("rec.lines")} <span className="dim">{data.lines.length}</span></h3>
            <ul>{data.lines.map((line) => <li key={line.id}><span>{format.day(line.day)}</span><span className="ell">{line.party || line.text || line.reference}</span><span className="num">{money(line.amount)}</span></li>)}</ul>
            <h3>{t("rec.outstanding")} <span className="dim">{data.outstanding.length}</span></h3>
            <ul>{data.outstanding.map((line) => <li key={line.id}><span>{format.day(line.day)}</span><span className="ell"><EntityLink entity="finance.journal_entry" id={line.entry.id}>{line.number}</EntityLink> <span className="dim">{line.party || line.text}</span></span><span className="num">{money(line.amount)}</span></li>)}</ul>
          </>
        )}
      </div>
    </Drawer>
  );
}
