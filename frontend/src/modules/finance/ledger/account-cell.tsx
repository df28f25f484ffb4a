/** An account by number, name or pinyin: type, arrow, Enter. The list is here already, nothing is asked while typing. */
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Ref } from "@/platform/records/types";
import { findAccounts, type DeskAccount } from "./voucher";

interface Props { accounts: DeskAccount[]; value: Ref | null; label: string; onChange: (value: Ref | null) => void; onDone: () => void; invalid?: boolean }

export function AccountCell({ accounts, value, label, onChange, onDone, invalid }: Props) {
  const { t } = useTranslation("ledger");
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const open = text !== null;
  const found = open ? findAccounts(accounts, text) : [];
  const shown = (ref: Ref | null) => (ref ? ref.label : "");
  const take = (one: DeskAccount | undefined) => {
    if (!one || !one.by_hand) return false;
    onChange({ id: one.id, label: `${one.code} ${one.label}` });
    setText(null);
    return true;
  };
  const move = (by: number) => {
    const next = Math.max(0, Math.min(found.length - 1, at + by));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); return; }
    if (event.key === "Escape" && open) { event.preventDefault(); setText(null); return; }
    if (event.key === "Enter") {
      event.preventDefault();
      if (!open || (text === "" && value) || take(found[at])) { setText(null); onDone(); }
    }
    if (event.key === "Tab" && open && text !== "") take(found[at]);
  };
  return (
    <span className="ve-account">
      <input role="combobox" aria-label={label} aria-expanded={open} aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={open && found[at] ? `${id}-${found[at].id}` : undefined} aria-invalid={invalid || undefined}
        autoComplete="off" spellCheck={false} className="input" value={text ?? shown(value)} placeholder={t("ve.accountHint")}
        onFocus={(event) => event.target.select()} onBlur={() => setText(null)} onKeyDown={onKeyDown}
        onChange={(event) => { setText(event.target.value); setAt(0); if (event.target.value === "") onChange(null); }} />
      {open && (
        <ul id={`${id}-list`} role="listbox" aria-label={label} ref={list} className="ve-list">
          {found.length === 0 && <li className="dim">{t("ve.noAccount")}</li>}
          {found.map((one, index) => (
            <li key={one.id} id={`${id}-${one.id}`} role="option" aria-selected={index === at} aria-disabled={!one.by_hand || undefined} onMouseDown={(event) => { event.preventDefault(); if (take(one)) onDone(); }} onMouseEnter={() => setAt(index)}>
              <span className="code">{one.code}</span><span className="ell">{one.label}</span>{!one.by_hand && <span className="dim xs">{t("ve.kept")}</span>}
            </li>
          ))}
        </ul>
      )}
    </span>
  );
}
