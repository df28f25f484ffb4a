/** Taxes of a document by rate, as they were reckoned when it was saved: name, what they are on, amount. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useEntity, useTenant } from "@/platform/session/session";
import { formatNumber, formatPercent } from "@/ui/format/number";
import { fetchPage } from "../../records/api";
import { currencyOf } from "../money";
import type { FieldEnv } from "../types";

interface TaxLine {
  tax: number | null;
  rate: string;
  included?: boolean;
  base: string;
  amount: string;
}

export const isTaxLines = (value: unknown): value is TaxLine[] =>
  Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === "object" && line !== null && "tax" in line && "rate" in line && "base" in line && "amount" in line);

const AMOUNT = { key: "amount", label: "", type: "money", currency_field: "currency" };

export function TaxLines({ lines, row, env }: { lines: TaxLine[]; row?: Record<string, unknown>; env: FieldEnv }) {
  const { t } = useTranslation("fields");
  const taxes = useEntity("shared.tax");
  const { slug } = useTenant();
  const { data } = useQuery({ queryKey: keyOf(slug, "shared.tax", "list", "names"), queryFn: ({ signal }) => fetchPage(taxes!, { limit: 200 }, signal), enabled: taxes !== undefined, staleTime: 300_000 });
  const names = new Map((data?.results ?? []).map((tax) => [String(tax.id), String(tax.name)]));
  const places = currencyOf(AMOUNT, env, row) === env.currency ? env.currencyDecimals : 2;
  return (
    <table className="fld-table">
      <thead><tr><th>{t("tax.name")}</th><th className="num">{t("tax.base")}</th><th className="num">{t("tax.amount")}</th></tr></thead>
      <tbody>
        {lines.map((line, index) => (
          <tr key={index}>
            <td>{line.tax === null ? t("tax.none") : names.get(String(line.tax)) ?? t("tax.rate", { rate: formatPercent(line.rate, null) })}{line.included && <span className="dim"> {t("tax.included")}</span>}</td>
            <td className="num">{formatNumber(line.base, { places })}</td>
            <td className="num">{formatNumber(line.amount, { places })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
