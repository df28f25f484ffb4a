/** Beside an opportunity: how likely it is won, since when, and what speaks for and against it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import type { Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Box, Spark } from "@/ui/figures";
import { fetchWin } from "./api";
import "./forecast.css";

export function WinPanel({ record }: { record: Row }) {
  const { t } = useTranslation("forecast");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({ queryKey: keyOf(slug, "crm.opportunity", "win", [record.id, record.version]), queryFn: ({ signal }) => fetchWin(record.id, signal) });
  if (!data || data.state !== "open") return null;
  const last = data.prediction;
  const most = Math.max(...(last?.reasons ?? []).map((one) => Math.abs(one.points)), 0.05);
  return (
    <Box className="so-panel" title={t("win")}>
      {!last ? <p className="sub">{t("unknown")}</p> : (
        <div className="wp">
          <p className="wp-top">
            <b>{format.percent(String(Number(last.probability) * 100), 0)}</b>
            <Spark data={data.earlier.map((one) => Number(one.probability))} width={120} height={28} />
            <span className="sub">{t("base", { stage: last.stage, percent: format.percent(String(Number(last.base) * 100), 0) })} · {format.day(last.on)}</span>
          </p>
          {last.reasons.length > 0 ? (
            <ul>
              {last.reasons.map((one) => (
                <li key={one.text}>
                  <span className="grow">{one.text}</span>
                  <span className={`wp-bar ${one.points < 0 ? "less" : ""}`} aria-hidden><i style={{ width: `${Math.round((Math.abs(one.points) / most) * 100)}%` }} /></span>
                  <span className={`num ${one.points < 0 ? "t-bad" : "t-good"}`}>{one.points < 0 ? "−" : "+"}{Math.round(Math.abs(one.points) * 100)}</span>
                </li>
              ))}
            </ul>
          ) : <p className="sub">{t(last.by_model ? "noReasons" : "byBase")}</p>}
        </div>
      )}
    </Box>
  );
}
