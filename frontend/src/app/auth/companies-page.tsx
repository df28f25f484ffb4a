/** The companies I belong to. With exactly one there is nothing to choose. */
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { AppLink } from "@/platform/records/entity-link";
import { Button, useBusy } from "@/ui/button";
import { Who } from "@/ui/figures";
import { Delayed, Bone } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { signOut } from "./accounts";
import { AuthFrame } from "./auth-frame";
import { enterCompany, myCompanies } from "./companies";

export function CompaniesPage() {
  const { t } = useTranslation("auth");
  const companies = useQuery({ queryKey: ["companies"], queryFn: myCompanies });
  const [busy, run] = useBusy();
  const only = companies.data?.length === 1 && !new URLSearchParams(window.location.search).has("choose") ? companies.data[0] : undefined;
  const gone = useRef(false);
  useEffect(() => {
    if (only && !gone.current) {
      gone.current = true;
      void enterCompany(only.slug);
    }
  }, [only]);

  return (
    <AuthFrame>
      <h1>{t("companies_title")}</h1>
      <p className="sub">{companies.data?.length === 0 ? t("companies_none") : t("companies_sub")}</p>
      {companies.error !== null && <ProblemState error={companies.error} retry={() => void companies.refetch()} />}
      {companies.isPending && <Delayed><Bone width="60%" height={14} /></Delayed>}
      {companies.data && companies.data.length > 0 && (
        <ul className="company-list">
          {companies.data.map((company) => (
            <li key={company.slug}>
              <button type="button" disabled={busy} onClick={() => void run(() => enterCompany(company.slug))}>
                <Who name={company.name} size={32} />
                <span className="names">
                  <b className="ell">{company.name}</b>
                  <br />
                  <span className="dim xs">{company.slug}</span>
                </span>
                <ChevronRight size={16} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        <AppLink className="btn large" to="/signup/company">{t("start_company")}</AppLink>
        <AppLink className="btn text" to="/companies/restore">{t("restore_company")}</AppLink>
        <span className="grow" />
        <Button variant="text" onClick={() => void run(async () => { await signOut(); window.location.assign("/login"); })}>{t("sign_out")}</Button>
      </div>
    </AuthFrame>
  );
}
