/** An invitation by mail: sign in or sign up first, then join the company. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { get, post } from "@/platform/api/request";
import { AppLink } from "@/platform/records/entity-link";
import { Button, useBusy } from "@/ui/button";
import { sessionState, signedIn } from "./accounts";
import { AuthFrame } from "./auth-frame";
import { enterCompany } from "./companies";

interface Invitation {
  company: { slug: string; name: string };
  email: string;
  invited_by: string;
}

export function InvitationPage() {
  const { t } = useTranslation("auth");
  const params = useParams({ strict: false }) as { token?: string };
  const token = params.token ?? new URLSearchParams(window.location.search).get("token") ?? "";
  const state = useQuery({ queryKey: ["accounts", "session"], queryFn: sessionState, staleTime: 0, gcTime: 0 });
  const invitation = useQuery({ queryKey: ["invitation", token], queryFn: () => get<Invitation>("/api/v1/invitations/accept/", { token }), retry: false });
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
  const mine = state.data?.data?.user?.email ?? "";
  const asked = invitation.data;
  const whose = asked ? `&email=${encodeURIComponent(asked.email)}` : "";
  return (
    <AuthFrame>
      <h1>{asked ? t("invitation_to", { company: asked.company.name }) : t("invitation_title")}</h1>
      <p className="sub">{asked && t("invitation_by", { who: asked.invited_by })} {inside ? t("invitation_as", { email: mine }) : t("invitation_sub", { email: asked?.email ?? "" })}</p>
      <form onSubmit={(event) => event.preventDefault()}>
        {isProblem(invitation.error) && <p className="said bad" role="alert">{invitation.error.message}</p>}
        {inside && asked && mine && mine.toLowerCase() !== asked.email.toLowerCase() && <p className="said info">{t("invitation_other", { email: asked.email })}</p>}
        {failed && <p className="said bad" role="alert">{failed}</p>}
        <div className="submit">
          {inside && asked && <Button variant="primary" size="large" block busy={busy} onClick={() => void join()}>{t("join_company")}</Button>}
          {state.data && !inside && (
            <>
              <AppLink className="btn primary large block" to={`/signup?next=${here}${whose}`}>{t("sign_up")}</AppLink>
              <AppLink className="btn large block" to={`/login?next=${here}${whose}`}>{t("sign_in")}</AppLink>
            </>
          )}
        </div>
      </form>
    </AuthFrame>
  );
}
