/** How far forecasts and win probabilities are to be trusted: what earlier ones said, and what came. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { Earlier as EarlierData, Trust } from "./api";

const whole = (share: number | string): string => `${Math.round(Number(share) * 100)} %`;

export function Earlier({ data }: { data: EarlierData }) {
  const { t } = useTranslation("forecast");
  const format = useFormat();
  return (
    <>
      <table className="fc-small">
        <thead><tr><th>{t("on")}</th><th className="num">{t("commit")}</th><th className="num">{t("weighted")}</th>{data.over && <th className="num">{t("accuracy")}</th>}</tr></thead>
        <tbody>
          {data.snapshots.map((one) => (
            <tr key={one.on}>
              <td>{format.day(one.on)}</td>
              <td className="num">{format.amount(one.commit, 0)}</td>
              <td className="num">{format.amount(one.weighted, 0)}</td>
              {data.over && <td className="num">{one.accuracy.weighted === null ? "–" : whole(one.accuracy.weighted)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="sub">{t(data.over ? "came" : "soFar", { amount: format.money(data.came) })}</p>
    </>
  );
}

export function HowMade({ trust }: { trust: Trust }) {
  const { t } = useTranslation("forecast");
  const format = useFormat();
  const { model, logged } = trust;
  return (
    <>
      <p className="sub">{!model ? t("noModel") : !model.enough ? t("tooFew", { deals: model.deals }) : t(model.used ? "model" : "noBetter", { day: format.day(model.fitted_on), deals: model.deals, won: model.won })}</p>
      {model?.held_out && (
        <>
          <table className="fc-small">
            <caption>{t("heldOut", { deals: model.held_out.deals })}</caption>
            <thead><tr><th>{t("said")}</th><th className="num">{t("cameTrue")}</th><th className="num">{t("times")}</th></tr></thead>
            <tbody>{model.held_out.bins.map((bin, index) => <tr key={index}><td>{whole(bin.said)}</td><td className="num">{whole(bin.came)}</td><td className="num dim">{bin.count}</td></tr>)}</tbody>
          </table>
          <p className="sub">{t("brier", { brier: model.held_out.brier.toFixed(3), base: model.held_out.base_brier.toFixed(3) })}</p>
        </>
      )}
      {logged && <p className="sub">{t("logged", { count: logged.predictions, deals: logged.deals, day: format.day(logged.since), brier: logged.brier.toFixed(3), base: logged.base_brier.toFixed(3) })}</p>}
    </>
  );
}
