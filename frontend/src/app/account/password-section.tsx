import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button, useBusy } from "@/ui/button";
import { PasswordField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { account, errorOf, looseError, type AccountAnswer } from "../auth/accounts";
import type { Guarded } from "./types";

export function PasswordSection({ guarded }: { guarded: Guarded }) {
  const { t } = useTranslation("account");
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [answer, setAnswer] = useState<AccountAnswer>();
  const [busy, run] = useBusy();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const result = await guarded(() => account("POST", "/account/password/change", { current_password: current, new_password: next }));
      setAnswer(result ?? undefined);
      if (result && !result.errors && result.status < 400) {
        setCurrent("");
        setNext("");
        toast(t("password_changed"));
      }
    });
  };
  return (
    <section>
      <div className="about">
        <h2>{t("password")}</h2>
        <p className="sub">{t("password_why")}</p>
      </div>
      <form onSubmit={submit}>
        <PasswordField label={t("password_current")} autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} error={errorOf(answer, "current_password")} />
        <PasswordField label={t("password_new")} autoComplete="new-password" value={next} onChange={(event) => setNext(event.target.value)} error={errorOf(answer, "new_password") ?? looseError(answer, ["current_password", "new_password"])} note={t("password_note")} />
        <div><Button submit busy={busy} disabled={!current || !next}>{t("password_change")}</Button></div>
      </form>
    </section>
  );
}
