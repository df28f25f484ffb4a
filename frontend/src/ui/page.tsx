/** Bars that every page is built from: head, tabs, foot, right rail, bulk bar. */
import { ChevronRight, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { formatNumber } from "./format/number";

interface PageHeadProps {
  title: ReactNode;
  /** Where it lies: link to the list, mostly. */
  crumb?: ReactNode;
  /** Right behind the title: state, customer, date. */
  after?: ReactNode;
  actions?: ReactNode;
  detail?: boolean;
  ruled?: boolean;
}

export function PageHead({ title, crumb, after, actions, detail, ruled }: PageHeadProps) {
  return (
    <div className={`phead${detail ? " detail" : ""}${ruled ? " ruled" : ""}`}>
      {crumb !== undefined && (
        <span className="crumb">
          {crumb}
          <ChevronRight size={13} aria-hidden />
        </span>
      )}
      <h1>{title}</h1>
      {after}
      <span className="grow" />
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
  );
}

export interface Tab {
  key: string;
  label: ReactNode;
  count?: number | string;
}

interface TabsProps {
  tabs: Tab[];
  value: string;
  onChange: (key: string) => void;
  label: string;
  /** Behind the tabs: add a view, a legend. */
  extra?: ReactNode;
}

export function Tabs({ tabs, value, onChange, label, extra }: TabsProps) {
  const move = (from: number, by: number, list: HTMLElement) => {
    const next = tabs[(from + by + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.key);
    (list.children[tabs.indexOf(next)] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className="tabs">
      <div className="tablist" role="tablist" aria-label={label}>
        {tabs.map((tab, index) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            className={`tab${tab.key === value ? " on" : ""}`}
            aria-selected={tab.key === value}
            tabIndex={tab.key === value ? 0 : -1}
            onClick={() => onChange(tab.key)}
            onKeyDown={(event) => {
              const list = event.currentTarget.parentElement;
              if (list && event.key === "ArrowRight") move(index, 1, list);
              if (list && event.key === "ArrowLeft") move(index, -1, list);
            }}
          >
            {tab.label}
            {tab.count !== undefined && <em>{typeof tab.count === "number" ? formatNumber(tab.count) : tab.count}</em>}
          </button>
        ))}
      </div>
      {extra}
    </div>
  );
}

export const ListFoot = ({ children }: { children: ReactNode }) => <div className="lfoot">{children}</div>;

/** Beside the work: activity, totals, inspector. Falls below it on narrow screens unless the page shows it as a tab. */
export function RightRail({ width = 300, label, asTab, children }: { width?: number; label: string; asTab?: boolean; children: ReactNode }) {
  return (
    <aside className={`rrail${asTab ? " as-tab" : ""}`} style={{ width }} aria-label={label}>
      {children}
    </aside>
  );
}

interface BulkBarProps {
  count: number;
  /** Sum of what is picked. */
  sum?: ReactNode;
  onClear: () => void;
  children: ReactNode;
}

export function BulkBar({ count, sum, onClear, children }: BulkBarProps) {
  const { t } = useTranslation("ui");
  if (count === 0) return null;
  return (
    <div className="bulk" role="toolbar" aria-label={t("bulk_actions")}>
      <b aria-live="polite">{t("selected", { count })}</b>
      {sum !== undefined && <span className="sum">{sum}</span>}
      <i className="sep" />
      {children}
      <i className="sep" />
      <Button size="small" variant="text" icon={<X size={15} />} aria-label={t("clear_selection")} title={t("clear_selection")} onClick={onClear} />
    </div>
  );
}
