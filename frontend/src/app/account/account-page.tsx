/** My account: password, authenticator app, passkeys, recovery codes. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/platform/session/session";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { account, needsProof, type AccountAnswer } from "../auth/accounts";
import "./account.css";
import { PasskeySection } from "./passkey-section";
import { PasswordSection } from "./password-section";
import { ProofDialog } from "./proof-dialog";
import type { Authenticator, Guarded } from "./types";
import { TotpSection } from "./totp-section";

export function AccountPage() {
  const { t } = useTranslation("account");
  const me = useMe();
  const [proving, setProving] = useState<{ done: (proved: boolean) => void; answer: AccountAnswer }>();
  const { data, error, refetch } = useQuery({
    queryKey: ["accounts", "authenticators"],
    queryFn: async () => ((await account<Authenticator[]>("GET", "/account/authenticators")).data ?? []) as Authenticator[],
  });
  const guarded: Guarded = async (ask) => {
    const first = await ask();
    if (!first || !needsProof(first)) return first;
    const proved = await new Promise<boolean>((done) => setProving({ done, answer: first }));
    setProving(undefined);
    return proved ? ask() : first;
  };
  const changed = () => void refetch();
  return (
    <div className="page">
      <PageHead title={t("title")} after={<span className="dim">{me.email}</span>} ruled />
      <div className="page-body account">
        <PasswordSection guarded={guarded} />
        {error !== null && <ProblemState error={error} retry={changed} />}
        {!data && !error && <GridSkeleton rows={3} height={48} />}
        {data && (
          <>
            <TotpSection known={data.find((one) => one.type === "totp")} codes={data.find((one) => one.type === "recovery_codes")} guarded={guarded} onChanged={changed} />
            <PasskeySection known={data.filter((one) => one.type === "webauthn")} guarded={guarded} onChanged={changed} />
          </>
        )}
      </div>
      {proving && <ProofDialog answer={proving.answer} onDone={proving.done} />}
    </div>
  );
}
