/** On the company's data page: an archive as a copy beside it, or as a company of its own. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { Segmented } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { dataKey, type CompanyData } from "../company-data/api";
import { letOut } from "./api";
import { RestorePanel } from "./restore-panel";

export function RestoreSection({ company }: { company: CompanyData }) {
  const { t } = useTranslation("company-restore");
  const [way, setWay] = useState<"copy" | "new">(company.may_copy ? "copy" : "new");
  return (
    <section>
      <div className="about">
        <h2>{t("title")}</h2>
        <p className="sub">{t(way === "copy" ? "why_copy" : "why_new")}</p>
      </div>
      <div className="stack gap">
        {company.may_copy && <Segmented label={t("as")} value={way} onChange={setWay} options={[{ value: "copy", label: t("as_copy") }, { value: "new", label: t("as_new") }]} />}
        <RestorePanel key={way} asCopy={way === "copy"} />
      </div>
    </section>
  );
}

/** A restored company says so until its owner lets it speak. */
export function HeldBack({ company }: { company: CompanyData }) {
  const { t } = useTranslation("company-restore");
  const client = useQueryClient();
  const allow = useMutation({
    mutationFn: letOut,
    onSuccess: () => client.invalidateQueries({ queryKey: dataKey, exact: true }),
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });
  return (
    <section>
      <div className="about">
        <h2>{t("held_back")}</h2>
        <p className="sub">{t("held_back_why")}</p>
      </div>
      <div>{company.may_let_out ? <Button variant="primary" busy={allow.isPending} onClick={() => allow.mutate()}>{t("let_out")}</Button> : <p className="sub">{t("owner_lets_out")}</p>}</div>
    </section>
  );
}
