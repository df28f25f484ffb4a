/** What became of each row of a bulk change, the refused ones with their reason. */
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Drawer } from "@/ui/overlay/dialog";
import { Mark } from "@/ui/status";
import { recordPath, titleOf } from "../entity";
import { AppLink } from "../entity-link";
import type { BulkOutcome, EntityMeta, Row } from "../types";

export function BulkReport({ entity, title, outcomes, rows, onClose }: { entity: EntityMeta; title: string; outcomes: BulkOutcome[]; rows: Row[]; onClose: () => void }) {
  const { t } = useTranslation("records");
  const failed = outcomes.filter((outcome) => outcome.status >= 400);
  return (
    <Drawer open onClose={onClose} width={440} title={t("bulk.report", { title, done: outcomes.length - failed.length, total: outcomes.length })} foot={<Button variant="primary" onClick={onClose}>{t("close")}</Button>}>
      <ul className="why">
        {failed.map((outcome) => {
          const row = rows[outcome.index];
          const why = outcome.problem?.errors?.map((error) => error.message).join(" ") || outcome.problem?.detail || outcome.problem?.title;
          return (
            <li key={outcome.index}>
              <Mark kind="late" />
              <div><b>{row ? <AppLink className="fld-link" to={recordPath(entity, row.id)}>{titleOf(entity, row)}</AppLink> : `#${outcome.index + 1}`}</b><p>{why}</p></div>
            </li>
          );
        })}
      </ul>
    </Drawer>
  );
}
