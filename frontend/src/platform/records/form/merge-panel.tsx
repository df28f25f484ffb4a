/** Somebody saved first: every difference with mine and theirs side by side; the person decides, then saves again. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Segmented } from "@/ui/controls";
import { formatMoment } from "@/ui/format/date";
import { Drawer } from "@/ui/overlay/dialog";
import { useFieldEnv } from "../../fields/env";
import { fieldText } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { fieldByPath } from "../entity";
import type { EntityMeta } from "../types";
import { comparable, type Choice, type Difference } from "./merge";
import { lineColumns } from "./line-columns";
import type { Collision } from "./use-record-form";
import type { Line } from "./values";

interface MergePanelProps {
  entity: EntityMeta;
  lines?: EntityMeta;
  collision: Collision;
  onResolve: (decided: Difference[]) => void;
  onClose: () => void;
}

/** Lines that differ between the two sides, one sentence each. */
function LinesSide({ value, other, lines, parentKey }: { value: unknown; other: unknown; lines?: EntityMeta; parentKey: string }) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const rows = (value as Line[] | undefined) ?? [];
  const known = new Set(((other as Line[] | undefined) ?? []).map((line) => comparable(line)));
  const columns = lines ? lineColumns(lines, parentKey).slice(0, 4) : [];
  const changed = rows.filter((line) => !known.has(comparable(line)));
  return (
    <>
      <b>{t("merge.lines", { count: rows.length })}</b>
      <ul>{changed.slice(0, 6).map((line) => <li key={line._key}>{columns.map((column) => fieldText(line[column.path], column.field, env, line)).filter(Boolean).join(" · ")}</li>)}</ul>
    </>
  );
}

export function MergePanel({ entity, lines, collision, onResolve, onClose }: MergePanelProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const [decided, setDecided] = useState(collision.differences);
  const conflicts = decided.filter((item) => item.conflict);
  const quiet = decided.filter((item) => !item.conflict);
  const who = collision.by ?? t("merge.somebody");
  const choose = (path: string, choice: Choice) => setDecided((known) => known.map((item) => (item.path === path ? { ...item, choice } : item)));
  const side = (item: Difference, which: Choice) => {
    const value = which === "mine" ? item.mine : item.theirs;
    if (item.path === entity.lines?.field) return <LinesSide value={value} other={which === "mine" ? item.theirs : item.mine} lines={lines} parentKey={entity.key} />;
    const field = fieldByPath(entity, item.path);
    return isEmpty(value) ? <span className="dim">–</span> : <>{field ? fieldText(value, field, env) : String(value)}</>;
  };
  const label = (item: Difference) => (item.path === entity.lines?.field ? t("lines.title") : fieldByPath(entity, item.path)?.label ?? item.path);
  const mineCount = decided.filter((item) => item.conflict || item.choice === "mine").length;
  return (
    <Drawer open sticky onClose={onClose} width={560} title={t("merge.title")}
      foot={<>
        <Button onClick={() => onResolve(decided.map((item) => ({ ...item, choice: "theirs" })))}>{t("merge.allTheirs")}</Button>
        <span className="grow" />
        <Button onClick={onClose}>{t("merge.later")}</Button>
        <Button variant="primary" onClick={() => onResolve(decided)}>{t("merge.apply")}</Button>
      </>}>
      <p className="mp-why">{t("merge.why", { who, at: collision.at ? formatMoment(collision.at, env.timeZone, env.today) : "", context: collision.at ? undefined : "untimed" })} {t("merge.safe", { count: mineCount })}</p>
      {conflicts.length > 0 && <h3>{t("merge.both", { count: conflicts.length })}</h3>}
      {conflicts.map((item) => (
        <section key={item.path} className="mp-item">
          <header><b>{label(item)}</b><span className="grow" />
            <Segmented small label={label(item)} value={item.choice} onChange={(choice) => choose(item.path, choice)} options={[{ value: "mine", label: t("merge.mine") }, { value: "theirs", label: t("merge.theirs", { who }) }]} /></header>
          <div className="mp-sides">
            <div className={item.choice === "mine" ? "on" : ""}><small>{t("merge.mine")}</small>{side(item, "mine")}</div>
            <div className={item.choice === "theirs" ? "on" : ""}><small>{t("merge.theirs", { who })}</small>{side(item, "theirs")}</div>
          </div>
        </section>
      ))}
      {quiet.length > 0 && (
        <>
          <h3>{t("merge.alone")}</h3>
          <ul className="mp-quiet">
            {quiet.map((item) => (
              <li key={item.path}><span className="dim">{label(item)}</span> <b>{side(item, item.choice)}</b> <span className="dim xs">{item.choice === "mine" ? t("merge.mine") : t("merge.theirs", { who })}</span></li>
            ))}
          </ul>
        </>
      )}
    </Drawer>
  );
}
