import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { field } from "../records/testing/harness";
import { fieldModule, fieldText, FieldDisplay } from "./registry";
import type { FieldEnv } from "./types";

const env: FieldEnv = {
  language: "en", currency: "CNY", currencyDecimals: 2, today: "2026-11-21", timeZone: "Asia/Shanghai", memberId: 7,
  t: (key, options) => (options ? `${key} ${JSON.stringify(options)}` : key),
};
const value = (type: string, text: string, more = {}) => {
  const result = fieldModule(type).parse(text, field("x", type, more), env);
  return result.ok ? result.value : `! ${result.message.split(" ")[0]}`;
};

describe("money and quantities", () => {
  it("stands with its sign alone and without in a column", () => {
    expect(fieldText("-1234.5", field("total", "money"), env)).toBe("−¥1,234.50");
    const { container } = render(<FieldDisplay field={field("total", "money")} value="184620.00" env={env} place="cell" />);
    expect(container.textContent).toBe("184,620.00");
  });

  it("names a foreign currency in a column, and takes its places", () => {
    const amount = field("total", "money", { currency_field: "currency" });
    const { container } = render(<FieldDisplay field={amount} value="1200" row={{ currency: { id: 2, label: "Yen", code: "JPY" } }} env={env} place="cell" />);
    expect(container.textContent).toBe("JPY 1,200");
  });

  it("keeps nine digits and every cent", () => {
    expect(value("money", "123,456,789.01", { decimals: 2 })).toBe("123456789.01");
    expect(fieldText("90071992547409931.05", field("total", "money"), env)).toBe("¥90,071,992,547,409,931.05");
  });

  it("refuses more places than there are instead of rounding in secret", () => {
    expect(value("money", "1.005", { decimals: 2 })).toBe("! tooManyPlaces");
    expect(value("money", "1.500", { decimals: 2 })).toBe("1.50");
    expect(value("integer", "3.5")).toBe("! tooManyPlaces");
  });

  it("shows quantities without idle zeros and with their unit", () => {
    expect(fieldText("12.500", field("q", "quantity", { unit_field: "unit" }), env, { unit: { id: 1, label: "kilogram", code: "kg" } })).toBe("12.5 kg");
  });
});

describe("reading pasted text", () => {
  it("understands dates in the usual ways and no others", () => {
    expect(["2026-11-05", "2026/11/5", "2026年11月5日", "20261105", "11-5"].map((text) => value("date", text))).toEqual(Array(5).fill("2026-11-05"));
    expect(value("date", "2026-02-30")).toBe("! notDate");
    expect(value("date", "soon")).toBe("! notDate");
  });

  it("finds choices by value or by word", () => {
    const choices = [{ value: "rush", label: "Rush order" }];
    expect(value("choice", "rush ORDER", { choices })).toBe("rush");
    expect(value("choice", "slow", { choices })).toBe("! notChoice");
    expect(value("multichoice", "rush, Rush order", { choices })).toEqual(["rush"]);
  });

  it("keeps a moment on the clock of the company", () => {
    expect(value("datetime", "2026-11-21 09:30")).toBe("2026-11-21T01:30:00.000Z");
  });

  it("never makes a link of a script", () => {
    render(<FieldDisplay field={field("site", "url")} value="javascript:alert(1)" env={env} place="detail" />);
    expect(screen.queryByRole("link")).toBeNull();
  });
});

describe("a type from a newer server", () => {
  it("is shown, marked, and not typed into", () => {
    render(<FieldDisplay field={field("gauge", "gauge")} value={{ level: 3 }} env={env} place="cell" />);
    expect(screen.getByText(/"level":3/)).toBeTruthy();
    expect(screen.getByRole("img", { name: /unknownType/ })).toBeTruthy();
    expect(value("gauge", "4")).toBe("! unknownType");
  });
});
