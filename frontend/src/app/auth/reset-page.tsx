/** A new password: mail, code, new password. Says the same for unknown addresses, so that nobody learns who is here. */
import { useParams } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Unreachable } from "@/platform/api/problem";
import { Button, useBusy } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/controls";
import { askForReset, errorOf, looseError, resetPassword, signedIn, type AccountAnswer } from "./accounts";
import { AuthFrame } from "./auth-frame";

export function ResetPage() {
  const { t } = useTranslation("auth");
  const { key } = useParams({ strict: false }) as { key?: string };
  const [email, setEmail] = useState(() => new URLSearchParams(window.location.search).get("email") ?? "");
  const [code, setCode] = useState(key ?? "");
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(Boolean(key));
  const [answer, setAnswer] = useState<AccountAnswer>();
  const [trouble, setTrouble] = useState("");
  const [busy, run] = useBusy();

  const work = (ask: () => Promise<AccountAnswer>, then: (result: AccountAnswer) => void) =>
    run(async () => {
      setTrouble("");
      try {
        const result = await ask();
        setAnswer(result);
        then(result);
      } catch (error) {
        setTrouble(error instanceof Unreachable ? t("unreachable") : t("failed"));
      }
    });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!asked) return void work(() => askForReset(email.trim()), (result) => setAsked(!result.errors));
    void work(
      () => resetPassword(code.trim(), password),
      (result) => {
        // 200 with a session, or 401 that only asks to sign in: both mean that the password is the new one.
        if (signedIn(result)) window.location.assign("/");
        else if (!result.errors && result.status === 401) window.location.assign(`/login?email=${encodeURIComponent(email)}`);
      },
    );
  };
  const loose = looseError(answer, ["email", "key", "password"]) ?? trouble;
  return (
    <AuthFrame other={{ ask: t("remembered"), label: t("sign_in"), to: "/login" }}>
      <h1>{t("reset_title")}</h1>
      <p className="sub">{asked ? t("reset_sent", { email }) : t("reset_sub")}</p>
      <form onSubmit={submit} noValidate>
        {loose && <p className="said bad" role="alert">{loose}</p>}
        {!asked && <TextField label={t("work_mail")} type="email" autoComplete="username" large autoFocus value={email} onChange={(event) => setEmail(event.target.value)} error={errorOf(answer, "email")} />}
        {asked && (
          <>
            <TextField label={t("code_label")} className="code" large autoFocus={!key} autoComplete="one-time-code" spellCheck={false} value={code} onChange={(event) => setCode(event.target.value)} error={errorOf(answer, "key")} />
            <PasswordField label={t("new_password")} autoComplete="new-password" large value={password} onChange={(event) => setPassword(event.target.value)} error={errorOf(answer, "password")} note={t("password_note")} />
          </>
        )}
        <div className="submit">
          <Button submit variant="primary" size="large" block busy={busy} disabled={asked ? !code || !password : !email}>{t(asked ? "reset_action" : "mail_code")}</Button>
        </div>
      </form>
    </AuthFrame>
  );
}
