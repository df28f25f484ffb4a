/** The entries of an account, each with the document it comes from. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { fetchLedger, type LedgerLine } from "../api/reports";
import "../pages/finance.css";

const signedOf = (line: LedgerLine) => (Number(line.debit) === 0 ? `-${line.credit}` : line.debit);

export function LedgerLines({ account, since, until }: { account: number | string; since: string; until: string }) {
  const { t } = useTranslation("finance");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "ledger", [account, since, until]),
    queryFn: ({ signal }) => fetchLedger(account, since, until, signal),
  });
  return (
    <>
      {data?.results.length === 0 && <p className="dim">{t("tb.noEntries")}</p>}
      <ul>
        {data?.results.map((line) => (
          <li key={line.id}>
            <span className="dim">{format.day(line.entry_date)}</span>
            <div>
              <p className="ell">{line.source && <><EntityLink entity={line.source.entity} id={line.source.id}><b className="medium">{line.source.label}</b></EntityLink> </>}<EntityLink entity="finance.journal_entry" id={line.entry.id}><span className={line.source ? "sub xs" : undefined}>{line.entry.label}</span></EntityLink></p>
              <p className="xs dim ell">{[line.party?.label ?? line.narration, line.product?.label].filter(Boolean).join(" · ")}</p>
            </div>
            <Accounting value={signedOf(line)} />
          </li>
        ))}
      </ul>
      {data?.more && <p className="dim">{t("tb.more")}</p>}
    </>
  );
}
