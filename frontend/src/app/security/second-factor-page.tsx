/** In place of the company: it asks for a second factor, and I have none yet. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bootstrapKey } from "@/platform/api/keys";
import { hostSession, type Bootstrap } from "@/platform/session/bootstrap";
import { SessionProvider } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Logo } from "@/ui/joint";
import { GridSkeleton } from "@/ui/states/skeleton";
import "../account/account.css";
import { PasskeySection } from "../account/passkey-section";
import { ProofDialog } from "../account/proof-dialog";
import { TotpSection } from "../account/totp-section";
import { useProof } from "../account/use-proof";
import { signOut } from "../auth/accounts";
import "./security.css";

/** The company tells nothing yet: days and hours are written by the browser's own clock. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const nobody = {
  me: { person_id: 0, member_id: 0, name: "", email: "", language: "", time_zone: zone, roles: [], department: null },
  tenant: { slug: "", name: "", currency: "CNY", currency_decimals: 2, language: "", time_zone: zone, today: new Date().toLocaleDateString("sv") },
  companies: [], features: [], permissions: [], menu: [], entities: {}, revision: "",
} as unknown as Bootstrap;

export const SecondFactorPage = () => <SessionProvider bootstrap={nobody}><SecondFactorSheet /></SessionProvider>;

function SecondFactorSheet() {
  const { t } = useTranslation("security");
  const client = useQueryClient();
  const session = useQuery({ queryKey: ["host-session"], queryFn: hostSession });
  const { proof, guarded, authenticators, refetch } = useProof();
  const [leaving, setLeaving] = useState(false);
  const data = authenticators.data;
  const done = data?.some((one) => one.type !== "recovery_codes") ?? false;
  const leave = async () => {
    setLeaving(true);
    await signOut();
    window.location.assign("/login");
  };
  return (
    <main className="factor-page">
      <div className="factor-sheet">
        <header>
          <Logo size={28} />
          <h1>{t("factor_title", { company: session.data?.company?.name ?? "" })}</h1>
          <p className="sub">{t("factor_why")}</p>
        </header>
        <div className="account">
          {!data && <GridSkeleton rows={3} height={44} />}
          {data && (
            <>
              <TotpSection known={data.find((one) => one.type === "totp")} codes={data.find((one) => one.type === "recovery_codes")} guarded={guarded} onChanged={refetch} />
              <PasskeySection known={data.filter((one) => one.type === "webauthn")} guarded={guarded} onChanged={refetch} />
            </>
          )}
        </div>
        <footer className="row">
          <Button variant="primary" disabled={!done} onClick={() => void client.resetQueries({ queryKey: bootstrapKey })}>{t("factor_go_on")}</Button>
          <span className="grow" />
          <Button variant="text" busy={leaving} onClick={() => void leave()}>{t("sign_out")}</Button>
        </footer>
      </div>
      {proof && <ProofDialog answer={proof.answer} onDone={proof.done} />}
    </main>
  );
}
