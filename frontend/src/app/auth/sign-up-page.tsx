/** Sign up, first half: mail and password, then the code from the mail. The company comes next. */
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "@tanstack/react-router";
import { Unreachable } from "@/platform/api/problem";
import { useGo } from "@/platform/records/navigation";
import { Button, useBusy } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/controls";
import { errorOf, looseError, pendingFlow, resendVerification, signedIn, signUp, verifyEmail, type AccountAnswer } from "./accounts";
import { AuthFrame } from "./auth-frame";
import { CodeStep } from "./code-step";
import { safeNext } from "./paths";

const shortest = 10;

export function SignUpPage() {
  const { t } = useTranslation("auth");
  const go = useGo();
  const { key } = useParams({ strict: false }) as { key?: string };
  const asked = new URLSearchParams(window.location.search);
  const [email, setEmail] = useState(asked.get("email") ?? "");
  const [password, setPassword] = useState("");
  const [touched, setTouched] = useState(false);
  const [verifying, setVerifying] = useState(asked.get("step") === "verify" || Boolean(key));
  const [answer, setAnswer] = useState<AccountAnswer>();
  const [said, setSaid] = useState("");
  const [busy, run] = useBusy();
  const next = safeNext(window.location.search);

  const take = (result: AccountAnswer) => {
    setAnswer(result);
    if (signedIn(result)) go(next === "/" ? "/signup/company" : next, { replace: true });
    else if (pendingFlow(result)?.id === "verify_email") setVerifying(true);
  };
  const work = (ask: () => Promise<AccountAnswer>) =>
    run(async () => {
      setSaid("");
      try {
        take(await ask());
      } catch (error) {
        setSaid(error instanceof Unreachable ? t("unreachable") : t("failed"));
      }
    });

  useEffect(() => {
    if (key) void work(() => verifyEmail(key));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the link of the mail is used once
  }, [key]);

  if (verifying) {
    return (
      <AuthFrame>
        <CodeStep
          title={t("verify_title")} help={email ? t("verify_help", { email }) : t("verify_help_any")} label={t("code_label")} action={t("verify_action")} busy={busy}
          error={errorOf(answer, "key") ?? (answer && !pendingFlow(answer) ? looseError(answer, ["key"]) : undefined) ?? said}
          onCode={(code) => void work(() => verifyEmail(code))}
          onBack={() => setVerifying(false)}
          onResend={() => void run(async () => {
            const result = await resendVerification();
            setSaid(result.status === 200 ? t("sent_again") : (looseError(result, []) ?? t("resend_later")));
          })}
        />
      </AuthFrame>
    );
  }

  const missing = shortest - [...password].length;
  const weak = touched && missing > 0 ? t("password_short", { count: missing }) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (missing <= 0) void work(() => signUp(email.trim(), password));
  };
  const loose = looseError(answer, ["email", "password"]) ?? said;
  return (
    <AuthFrame other={{ ask: t("have_account"), label: t("sign_in"), to: "/login" }}>
      <h1>{t("start_company_title")}</h1>
      <p className="sub">{t("sign_up_sub")}</p>
      <form onSubmit={submit} noValidate>
        {loose && <p className="said bad" role="alert">{loose}</p>}
        <TextField label={t("work_mail")} type="email" name="email" autoComplete="username" inputMode="email" large autoFocus required value={email} onChange={(event) => setEmail(event.target.value)} error={errorOf(answer, "email")} />
        <PasswordField label={t("password")} name="password" autoComplete="new-password" large required minLength={shortest} value={password} onChange={(event) => setPassword(event.target.value)} onBlur={() => setTouched(password !== "")} error={weak ?? errorOf(answer, "password")} note={t("password_note")} />
        <div className="submit">
          <Button submit variant="primary" size="large" block busy={busy} disabled={!email || !password}>{t("sign_up")}</Button>
        </div>
        <p className="fine">{t("sign_up_fine")}</p>
      </form>
    </AuthFrame>
  );
}
