/** The filtered list, or the picked rows of it, as a file. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/ui/overlay/toast";
import { download, exportPath } from "../api";
import { problemText } from "../problem-text";
import type { Row } from "../types";
import type { RecordList } from "./use-record-list";

export function useExport(list: RecordList) {
  const { t } = useTranslation("records");
  const [busy, setBusy] = useState(false);
  async function run(format: "csv" | "xlsx", rows?: Row[]) {
    setBusy(true);
    try {
      const query = rows ? { id__in: rows.map((row) => row.id).join(","), order: list.params.order } : list.params;
      await download(exportPath(list.entity, format, query), `${list.entity.key.split(".").pop()}-${list.tenant.today}.${format}`);
    } catch (error) {
      toast({ tone: "bad", text: problemText(error, t) });
    } finally {
      setBusy(false);
    }
  }
  return { busy, run };
}
