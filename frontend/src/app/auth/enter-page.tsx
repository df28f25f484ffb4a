/** Arrival on the company's host: the ticket in the address becomes a session, then it leaves the address. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { post } from "@/platform/api/request";
import { ErrorState } from "@/ui/states/states";
import { AppLink } from "@/platform/records/entity-link";
import { AuthFrame } from "./auth-frame";
import { safeNext } from "./paths";

let used: string | undefined;

export function EnterPage() {
  const { t } = useTranslation("auth");
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    const ticket = new URLSearchParams(window.location.search).get("ticket") ?? "";
    // A ticket works once; drawing the page twice must not spend it twice.
    if (used === ticket) return;
    used = ticket;
    post("/api/v1/session/enter/", { ticket }, { expectsSignedOut: true }).then(
      () => window.location.replace(safeNext(window.location.search)),
      (error: unknown) => setFailed(isProblem(error) ? error.message : t("unreachable")),
    );
  }, [t]);
  return (
    <AuthFrame>
      {failed === undefined ? <p className="sub" role="status">{t("entering")}</p> : <ErrorState title={t("ticket_failed")} actions={<AppLink className="btn primary" to="/login">{t("sign_in")}</AppLink>}>{failed}</ErrorState>}
    </AuthFrame>
  );
}
