/** Codes from an authenticator app, and the recovery codes for the day the phone is gone. */
import { QRCode } from "antd";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useResolvedTheme } from "@/platform/preferences";
import { dark, light } from "@/theme";
import { Button, useBusy } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { confirm } from "@/ui/overlay/confirm";
import { Status } from "@/ui/status";
import { account, errorOf, looseError, type AccountAnswer } from "../auth/accounts";
import type { Authenticator, Guarded } from "./types";

interface TotpSectionProps {
  known?: Authenticator;
  codes?: Authenticator;
  guarded: Guarded;
  onChanged: () => void;
}

type Setup = { secret: string; totp_url: string };

export function TotpSection({ known, codes, guarded, onChanged }: TotpSectionProps) {
  const { t } = useTranslation("account");
  const [setup, setSetup] = useState<Setup>();
  const [code, setCode] = useState("");
  const [answer, setAnswer] = useState<AccountAnswer>();
  const [shown, setShown] = useState<string[]>();
  const [busy, run] = useBusy();
  const paper = useResolvedTheme() === "dark" ? dark : light;

  const begin = () =>
    run(async () => {
      // 404 is the answer of "none yet": it brings the secret to set one up.
      const asked = await guarded(() => account("GET", "/account/authenticators/totp"));
      if (asked?.meta?.secret) setSetup(asked.meta as unknown as Setup);
      else setAnswer(asked ?? undefined);
    });
  const activate = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const result = await guarded(() => account("POST", "/account/authenticators/totp", { code }));
      setAnswer(result ?? undefined);
      if (result?.status === 200) {
        setSetup(undefined);
        setCode("");
        onChanged();
        await showCodes();
      }
    });
  };
  const showCodes = async (fresh = false) => {
    const path = "/account/authenticators/recovery-codes";
    const result = await guarded(() => account<{ unused_codes?: string[] }>(fresh ? "POST" : "GET", path, fresh ? {} : undefined));
    setShown((result?.data as { unused_codes?: string[] } | undefined)?.unused_codes);
    if (fresh) onChanged();
  };
  const remove = async () => {
    if (!(await confirm({ title: t("totp_remove_title"), body: t("totp_remove_why"), action: t("totp_remove"), keep: t("keep"), danger: true }))) return;
    setAnswer((await guarded(() => account("DELETE", "/account/authenticators/totp"))) ?? undefined);
    onChanged();
  };

  return (
    <section>
      <div className="about">
        <h2>{t("totp")}</h2>
        <p className="sub">{t("totp_why")}</p>
      </div>
      <div className="stack gap">
        <Status kind={known ? "done" : "draft"}>{t(known ? "totp_on" : "totp_off")}</Status>
        {looseError(answer, ["code"]) && <p className="t-bad" role="alert">{looseError(answer, ["code"])}</p>}
        {!known && !setup && <div><Button busy={busy} onClick={() => void begin()}>{t("totp_begin")}</Button></div>}
        {setup && (
          <form className="totp" onSubmit={activate}>
            <QRCode value={setup.totp_url} size={148} type="svg" color={paper.text} bgColor={paper.raised} bordered={false} />
            <div className="stack gap">
              <p className="sub">{t("totp_scan")}</p>
              <code className="secret">{setup.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
              <TextField label={t("totp_code")} inputMode="numeric" autoComplete="one-time-code" autoFocus value={code} onChange={(event) => setCode(event.target.value)} error={errorOf(answer, "code")} />
              <div className="row">
                <Button submit variant="primary" busy={busy} disabled={code.length < 6}>{t("totp_activate")}</Button>
                <Button variant="text" onClick={() => setSetup(undefined)}>{t("cancel")}</Button>
              </div>
            </div>
          </form>
        )}
        {known && (
          <div className="row wrap">
            {codes && <span className="sub">{t("codes_left", { count: codes.unused_code_count ?? 0 })}</span>}
            <Button size="small" onClick={() => void showCodes()}>{t("codes_show")}</Button>
            <Button size="small" onClick={() => void showCodes(true)}>{t("codes_new")}</Button>
            <Button size="small" variant="text" onClick={() => void remove()}>{t("totp_remove")}</Button>
          </div>
        )}
        {shown && (
          <>
            <p className="sub">{t("codes_why")}</p>
            <ul className="codes">{shown.map((one) => <li key={one}>{one}</li>)}</ul>
          </>
        )}
      </div>
    </section>
  );
}
