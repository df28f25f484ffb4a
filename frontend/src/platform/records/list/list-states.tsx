/** What stands in place of rows: the first record still to come, the filter that hides all, an error with a way on. */
import { Plus, RotateCcw, Upload } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { EmptyState, ErrorState, ForbiddenState, NothingFound } from "@/ui/states/states";
import { useChipWords } from "../filters/filter-chip";
import { chipsOf, type Chip } from "../filters/model";
import { useGo } from "../navigation";
import { problemText } from "../problem-text";
import { useHidingFilters, type RecordList } from "./use-record-list";
import { mid } from "../mid-sentence";

function HidingFilter({ list, chip, count }: { list: RecordList; chip: Chip; count: number }) {
  const { t } = useTranslation("records");
  const words = useChipWords(list, chip);
  return <>{t("empty.hides", { count, filter: [words.label, words.op, words.value].filter(Boolean).join(" ") })}</>;
}

export function ListNothing({ list, yet }: { list: RecordList; yet: boolean }) {
  const { t } = useTranslation("records");
  const go = useGo();
  const { entity } = list;
  const filtered = list.filters.length > 0 || list.state.search !== "";
  const hiding = useHidingFilters(list, filtered);
  if (yet) {
    return (
      <EmptyState title={t("empty.title", { records: mid(entity.label_plural) })}
        actions={<>
          {entity.can.create && <Button variant="primary" icon={<Plus size={15} />} onClick={() => go(`${entity.route}/new`)}>{t("list.create", { record: mid(entity.label) })}</Button>}
          {entity.can.import && <Button icon={<Upload size={15} />} onClick={() => go(`${entity.route}/import`)}>{t("import.open")}</Button>}
        </>}>
        {entity.can.create ? t("empty.text") : t("empty.noRight")}
      </EmptyState>
    );
  }
  const worst = hiding.filter((item) => (item.count ?? 0) > 0).sort((a, b) => (b.count ?? 0) - (a.count ?? 0))[0];
  const chip = worst && chipsOf(list.filters).find((item) => item.field === worst.field);
  return (
    <NothingFound title={list.state.search ? t("empty.noMatch", { text: list.state.search, records: mid(entity.label_plural) }) : t("empty.filtered", { records: mid(entity.label_plural) })}
      actions={<>
        {chip && <Button onClick={() => list.setField(chip.field, [])}>{t("empty.drop")}</Button>}
        <Button variant={chip ? "text" : "default"} onClick={list.clear}>{t("empty.clear")}</Button>
      </>}>
      {chip && worst.count !== undefined ? <HidingFilter list={list} chip={chip} count={worst.count} /> : t("empty.loosen")}
    </NothingFound>
  );
}

export function ListFailed({ list }: { list: RecordList }) {
  const { t } = useTranslation("records");
  const { error } = list;
  if (isProblem(error, "forbidden") || isProblem(error, "feature-off")) return <ForbiddenState title={error.title}>{error.detail}</ForbiddenState>;
  const badFilter = isProblem(error, "invalid") && list.filters.length > 0;
  return (
    <ErrorState title={badFilter ? t("error.filter") : t("error.list", { records: mid(list.entity.label_plural) })} reference={isProblem(error) ? error.requestId : undefined}
      actions={<>
        <Button variant="primary" icon={<RotateCcw size={15} />} onClick={() => void list.refetch()}>{t("error.again")}</Button>
        {badFilter && <Button onClick={list.clear}>{t("empty.clear")}</Button>}
      </>}>
      {problemText(error, t)}
    </ErrorState>
  );
}
