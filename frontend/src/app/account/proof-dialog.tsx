/** "Is it still you?" before something delicate: the password, or a code when there is a second factor. */
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button, useBusy } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { account, looseError, signedIn, type AccountAnswer } from "../auth/accounts";

export function ProofDialog({ answer, onDone }: { answer: AccountAnswer; onDone: (proved: boolean) => void }) {
  const { t } = useTranslation("account");
  const flows = new Set(answer.data?.flows?.map((flow) => flow.id));
  const byCode = flows.has("mfa_reauthenticate") && !flows.has("reauthenticate");
  const [typed, setTyped] = useState("");
  const [result, setResult] = useState<AccountAnswer>();
  const [busy, run] = useBusy();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const next = await (byCode ? account("POST", "/auth/2fa/reauthenticate", { code: typed }) : account("POST", "/auth/reauthenticate", { password: typed }));
      setResult(next);
      if (signedIn(next)) onDone(true);
    });
  };
  const error = looseError(result, []);
  return (
    <Dialog open sticky width={380} title={t("proof")} onClose={() => onDone(false)}>
      <form className="stack gap" onSubmit={submit}>
        <p>{t("proof_why")}</p>
        {byCode ? (
          <TextField label={t("totp_code")} autoFocus inputMode="numeric" autoComplete="one-time-code" value={typed} onChange={(event) => setTyped(event.target.value)} error={error} />
        ) : (
          <PasswordField label={t("password_current")} autoFocus autoComplete="current-password" value={typed} onChange={(event) => setTyped(event.target.value)} error={error} />
        )}
        <div className="row">
          <span className="grow" />
          <Button onClick={() => onDone(false)}>{t("cancel")}</Button>
          <Button submit variant="primary" busy={busy} disabled={!typed}>{t("proof_go")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
