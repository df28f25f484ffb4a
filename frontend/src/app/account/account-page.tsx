/** My account: password, authenticator app, passkeys, recovery codes; where I am signed in. */
import { useTranslation } from "react-i18next";
import { useMe } from "@/platform/session/session";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import "./account.css";
import { LoginsSection } from "./logins-section";
import { PasskeySection } from "./passkey-section";
import { PasswordSection } from "./password-section";
import { ProofDialog } from "./proof-dialog";
import { SessionsSection } from "./sessions-section";
import { TotpSection } from "./totp-section";
import { useProof } from "./use-proof";

export function AccountPage() {
  const { t } = useTranslation("account");
  const me = useMe();
  const { proof, guarded, authenticators, refetch } = useProof();
  const { data, error } = authenticators;
  return (
    <div className="page">
      <PageHead title={t("title")} after={<span className="dim">{me.email}</span>} ruled />
      <div className="page-body account">
        <PasswordSection guarded={guarded} />
        {error !== null && <ProblemState error={error} retry={refetch} />}
        {!data && !error && <GridSkeleton rows={3} height={48} />}
        {data && (
          <>
            <TotpSection known={data.find((one) => one.type === "totp")} codes={data.find((one) => one.type === "recovery_codes")} guarded={guarded} onChanged={refetch} />
            <PasskeySection known={data.filter((one) => one.type === "webauthn")} guarded={guarded} onChanged={refetch} />
          </>
        )}
        <SessionsSection />
        <LoginsSection />
      </div>
      {proof && <ProofDialog answer={proof.answer} onDone={proof.done} />}
    </div>
  );
}
