/** Sign in: password, code by mail, passkey; then the second factor where there is one. Comes back to the place asked for. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Unreachable } from "@/platform/api/problem";
import { AppLink } from "@/platform/records/entity-link";
import { Button, useBusy } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/controls";
import { accountsConfig, askForCode, confirmCode, errorOf, looseError, pendingFlow, secondFactor, sessionState, signedIn, signIn, type AccountAnswer, type Flow } from "./accounts";
import { AuthFrame } from "./auth-frame";
import { CodeStep } from "./code-step";
import { passkeysAvailable, secondFactorWithPasskey, signInWithPasskey } from "./passkey";
import { safeNext } from "./paths";

type Step = { at: "password" } | { at: "code" } | { at: "second"; flow: Flow } | { at: "verify" };

/** A full load: everything kept in memory belongs to whoever was here before. */
const arrive = () => window.location.assign(safeNext(window.location.search));

export function SignInPage() {
  const { t } = useTranslation("auth");
  const [step, setStep] = useState<Step>({ at: "password" });
  const [email, setEmail] = useState(() => new URLSearchParams(window.location.search).get("email") ?? "");
  const [password, setPassword] = useState("");
  const [answer, setAnswer] = useState<AccountAnswer>();
  const [trouble, setTrouble] = useState("");
  const [missing, setMissing] = useState(false);
  const [busy, run] = useBusy();
  const config = useQuery({ queryKey: ["accounts", "config"], queryFn: accountsConfig, staleTime: Infinity });
  const passkeys = passkeysAvailable() && config.data?.mfa?.passkey_login_enabled;

  useEffect(() => {
    // Somebody who is signed in already does not sign in twice; a started second step is taken up again.
    void sessionState().then((state) => (signedIn(state) ? arrive() : take(state, true)), () => undefined);
  }, []);

  function take(result: AccountAnswer | null | undefined, quiet = false) {
    if (!result) return;
    if (signedIn(result)) return arrive();
    const flow = pendingFlow(result);
    setAnswer(quiet ? undefined : result);
    if (flow?.id === "mfa_authenticate") setStep({ at: "second", flow });
    else if (flow?.id === "login_by_code" && !quiet) setStep({ at: "code" });
    else if (flow?.id === "verify_email" && !quiet) window.location.assign("/signup?step=verify");
  }

  const work = (ask: () => Promise<AccountAnswer | null>) =>
    run(async () => {
      setTrouble("");
      try {
        take(await ask());
      } catch (error) {
        setTrouble(error instanceof Unreachable ? t("unreachable") : t("failed"));
      }
    });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(!email.trim() || !password);
    if (email.trim() && password) void work(() => signIn(email.trim(), password));
  };

  if (step.at === "code" || step.at === "second") {
    const second = step.at === "second";
    const alsoPasskey = second && step.flow.types?.includes("webauthn") && passkeysAvailable();
    return (
      <AuthFrame>
        <CodeStep
          key={step.at}
          title={t(second ? "second_title" : "code_title")}
          help={second ? t("second_help") : t("code_help", { email })}
          label={t(second ? "second_label" : "code_label")}
          action={t("sign_in")}
          error={errorOf(answer, "code") ?? looseError(answer, ["code"]) ?? trouble}
          busy={busy}
          onCode={(code) => void work(() => (second ? secondFactor(code) : confirmCode(code)))}
          onBack={() => {
            setAnswer(undefined);
            setStep({ at: "password" });
          }}
          extra={alsoPasskey && <Button size="large" block onClick={() => void work(secondFactorWithPasskey)}>{t("use_passkey")}</Button>}
          numeric={second}
        />
      </AuthFrame>
    );
  }

  const loose = looseError(answer, ["email", "password"]) ?? trouble;
  return (
    <AuthFrame other={{ ask: t("new_here"), label: t("start_company"), to: "/signup" }}>
      <h1>{t("sign_in")}</h1>
      <p className="sub">{window.location.host}</p>
      <form onSubmit={submit} noValidate>
        {loose && <p className="said bad" role="alert">{loose}</p>}
        <TextField label={t("work_mail")} type="email" name="email" autoComplete="username" inputMode="email" large autoFocus={!email} required value={email} onChange={(event) => setEmail(event.target.value)} error={missing && !email.trim() ? t("email_missing") : errorOf(answer, "email")} />
        <PasswordField label={t("password")} extra={<AppLink className="link" to={`/reset-password?email=${encodeURIComponent(email)}`}>{t("forgot")}</AppLink>} name="password" autoComplete="current-password" large required autoFocus={Boolean(email)} value={password} onChange={(event) => setPassword(event.target.value)} error={missing && email.trim() && !password ? t("password_missing") : errorOf(answer, "password")} />
        <div className="submit">
          <Button submit variant="primary" size="large" block busy={busy}>{t("sign_in")}</Button>
          <Button size="large" block disabled={busy} onClick={() => (email.trim() ? void work(() => askForCode(email.trim())) : setMissing(true))}>{t("mail_code")}</Button>
          {passkeys && <Button size="large" block disabled={busy} onClick={() => void work(signInWithPasskey)}>{t("use_passkey")}</Button>}
        </div>
        <p className="fine">{t("sign_in_fine")}</p>
      </form>
    </AuthFrame>
  );
}
