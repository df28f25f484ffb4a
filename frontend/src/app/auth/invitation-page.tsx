/** An invitation by mail: sign in or sign up first, then join the company. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { post } from "@/platform/api/request";
import { AppLink } from "@/platform/records/entity-link";
import { Button, useBusy } from "@/ui/button";
import { sessionState, signedIn } from "./accounts";
import { AuthFrame } from "./auth-frame";
import { enterCompany } from "./companies";

export function InvitationPage() {
  const { t } = useTranslation("auth");
  const params = useParams({ strict: false }) as { token?: string };
  const token = params.token ?? new URLSearchParams(window.location.search).get("token") ?? "";
  const state = useQuery({ queryKey: ["accounts", "session"], queryFn: sessionState });
  const [failed, setFailed] = useState("");
  const [busy, run] = useBusy();
  const here = encodeURIComponent(`/invitation/${token}`);

  const join = () =>
    run(async () => {
      setFailed("");
      try {
        const joined = await post<{ slug?: string; url?: string }>("/api/v1/invitations/accept/", { token });
        if (joined.slug) await enterCompany(joined.slug);
        else window.location.assign(joined.url ?? "/companies");
      } catch (error) {
        setFailed(isProblem(error) ? error.message : t("unreachable"));
      }
    });

  const inside = state.data && signedIn(state.data);
  return (
    <AuthFrame>
      <h1>{t("invitation_title")}</h1>
      <p className="sub">{inside ? t("invitation_as", { email: state.data?.data?.user?.email ?? "" }) : t("invitation_sub")}</p>
      <form onSubmit={(event) => event.preventDefault()}>
        {failed && <p className="said bad" role="alert">{failed}</p>}
        <div className="submit">
          {inside && <Button variant="primary" size="large" block busy={busy} onClick={() => void join()}>{t("join_company")}</Button>}
          {state.data && !inside && (
            <>
              <AppLink className="btn primary large block" to={`/signup?next=${here}`}>{t("sign_up")}</AppLink>
              <AppLink className="btn large block" to={`/login?next=${here}`}>{t("sign_in")}</AppLink>
            </>
          )}
        </div>
      </form>
    </AuthFrame>
  );
}
