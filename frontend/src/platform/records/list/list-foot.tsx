/** Foot of a list: how much is shown, totals of the filtered set (not of what happens to be loaded), keys. */
import { useTranslation } from "react-i18next";
import { Kbd } from "@/ui/figures";
import { formatNumber } from "@/ui/format/number";
import { ListFoot } from "@/ui/page";
import { useFieldEnv } from "../../fields/env";
import { fieldText } from "../../fields/registry";
import { fieldByPath } from "../entity";
import type { RecordList } from "./use-record-list";

export function Totals({ list }: { list: RecordList }) {
  const env = useFieldEnv();
  return (
    <>
      {(list.entity.totals ?? []).map((path) => {
        const field = fieldByPath(list.entity, path);
        const value = list.totals?.[path];
        if (!field || value === undefined || value === null) return null;
        return <span key={path}>{field.label} <b>{fieldText(value, field, env)}</b></span>;
      })}
    </>
  );
}

export function RecordListFoot({ list }: { list: RecordList }) {
  const { t } = useTranslation("records");
  const loaded = list.rows.length;
  const grouped = list.state.group ? list.groups.data?.reduce((sum, group) => sum + group.count, 0) ?? 0 : undefined;
  const range = grouped !== undefined ? t("list.records", { count: grouped })
    : loaded === 0 ? t("list.records", { count: list.count ?? 0 })
    : list.count === undefined ? t("list.loaded", { count: loaded })
      : t("list.range", { to: formatNumber(loaded), total: formatNumber(list.count) });
  return (
    <ListFoot>
      <span aria-live="polite">{range}</span>
      <span className="grow" />
      <Totals list={list} />
      <span className="keys"><Kbd>J</Kbd><Kbd>K</Kbd> {t("keys.move")} <Kbd>X</Kbd> {t("keys.select")} <Kbd>E</Kbd> {t("keys.edit")} <Kbd>/</Kbd> {t("keys.search")}</span>
    </ListFoot>
  );
}
