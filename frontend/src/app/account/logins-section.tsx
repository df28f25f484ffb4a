/** Who came in, or tried to, with my address. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { Status } from "@/ui/status";
import { fetchMyLogins, sessionsKey } from "../security/api";

const FEW = 8;

export function LoginsSection() {
  const { t } = useTranslation("account");
  const format = useFormat();
  const [whole, setWhole] = useState(false);
  const { data } = useQuery({ queryKey: [...sessionsKey, "logins"], queryFn: fetchMyLogins });
  const shown = whole ? data : data?.slice(0, FEW);
  return (
    <section>
      <div className="about">
        <h2>{t("logins")}</h2>
        <p className="sub">{t("logins_why")}</p>
      </div>
      <div className="stack gap">
        {data?.length === 0 && <p className="sub">{t("logins_none")}</p>}
        <ul className="logins" aria-label={t("logins")}>
          {shown?.map((one) => (
            <li key={one.id}>
              <Status kind={one.kind === "refused" ? "late" : one.kind === "signed_out" ? "off" : "done"}>{t(`login.${one.kind}`)}</Status>
              <span className="sub">{[one.host, one.device || t("unknown_device"), one.ip].filter(Boolean).join(" · ")}</span>
              <span className="grow" />
              <time className="sub xs" dateTime={one.at}>{format.moment(one.at)}</time>
            </li>
          ))}
        </ul>
        {data && data.length > FEW && !whole && <div><Button size="small" variant="text" onClick={() => setWhole(true)}>{t("show_more")}</Button></div>}
      </div>
    </section>
  );
}
