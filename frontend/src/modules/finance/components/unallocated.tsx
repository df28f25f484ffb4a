/** What belongs to the gross margin and to no order: by account, each down to its postings. */
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { fetchUnallocated, fetchUnallocatedPostings, type UnallocatedAccount } from "../api/reports";

function Postings({ account }: { account: number | string }) {
  const { t } = useTranslation("finance");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "unallocated", account),
    queryFn: ({ signal }) => fetchUnallocatedPostings(account, signal),
  });
  return (
    <ul className="fi-lines">
      {data?.results.map((line) => (
        <li key={line.id}>
          <span className="dim">{format.day(line.entry_date)}</span>
          <div>
            <p className="ell">{line.source ? <EntityLink entity={line.source.entity} id={line.source.id}>{line.source.label}</EntityLink> : t("op.byHand")} <EntityLink entity="finance.journal_entry" id={line.entry.id}><span className="sub xs">{line.entry.label}</span></EntityLink></p>
            <p className="xs dim ell">{[line.narration, line.product].filter(Boolean).join(" · ")}</p>
          </div>
          <Accounting value={line.amount} />
        </li>
      ))}
    </ul>
  );
}

function AccountRow({ row }: { row: UnallocatedAccount }) {
  const { t } = useTranslation("finance");
  const [open, setOpen] = useState(false);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <li className="fi-rest">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Chevron size={13} />
        <span className="grow">{row.account.label}<span className="sub"> {row.component} · {t("op.restLines", { count: row.lines })}</span></span>
        <Accounting value={row.amount} />
      </button>
      {open && <Postings account={row.account.id} />}
    </li>
  );
}

export function Unallocated() {
  const { t } = useTranslation("finance");
  const { slug } = useTenant();
  const { data } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "unallocated"),
    queryFn: ({ signal }) => fetchUnallocated(signal),
  });
  return (
    <>
      <p className="dim">{t("op.restWhy")}</p>
      <ul>{data?.results.map((row) => <AccountRow key={`${row.account.id} ${row.component}`} row={row} />)}</ul>
    </>
  );
}
