import { describe, expect, it } from "vitest";
import { emptyLine, findAccounts, plain, totals, worth, type DeskAccount } from "./voucher";

const account = (id: number, code: string, label: string, other: string, find: [string, string], by_hand = true): DeskAccount => ({ id, code, label, other, find, by_hand });
const accounts = [
  account(1, "1001", "库存现金", "Cash on hand", ["kcxj", "kucunxianjin"]),
  account(2, "1002", "银行存款", "Bank deposits", ["yhck", "yinhangcunkuan"]),
  account(3, "1122", "应收账款", "Accounts receivable", ["yszk", "yingshouzhangkuan"], false),
  account(4, "10021", "银行存款二", "Second bank", ["yhcke", "yinhangcunkuaner"]),
];
const codes = (text: string) => findAccounts(accounts, text).map((one) => one.code);

describe("an account is found", () => {
  it("by number, the exact one first", () => expect(codes("1002")).toEqual(["1002", "10021"]));
  it("by initials and by pinyin in full", () => { expect(codes("yhck")[0]).toBe("1002"); expect(codes("yinhang")[0]).toBe("1002"); });
  it("by name in either language", () => { expect(codes("银行")[0]).toBe("1002"); expect(codes("bank dep")).toEqual(["1002"]); });
  it("and one that documents keep comes after its equals", () => expect(codes("y").at(-1)).toBe("1122"));
});

describe("what a voucher comes to", () => {
  it("is exact, says what is missing and on which side", () => {
    const lines = [emptyLine({ debit: "0.1" }), emptyLine({ debit: "0.2" }), emptyLine({ credit: "0.25" })];
    expect(totals(lines, "CNY", new Map(), 2)).toMatchObject({ missing: "0.05", side: "credit" });
    expect(totals([...lines, emptyLine({ credit: "0.05" })], "CNY", new Map(), 2).side).toBeNull();
  });
  it("counts other currencies at their rate, half up as the server does", () => {
    expect(worth("388", "93.9325", 2)).toBe("36445.81");
    const lines = [emptyLine({ debit: "100", currency: "USD" }), emptyLine({ credit: "720" })];
    expect(totals(lines, "CNY", new Map([["USD", "7.2"]]), 2).side).toBeNull();
    expect(totals([emptyLine({ debit: "100", currency: "USD", rate: "7.1" }), lines[1]!], "CNY", new Map([["USD", "7.2"]]), 2).missing).toBe("10.00");
  });
  it("reads what people type", () => expect(plain("1,200.50 ")).toBe("1200.50"));
});
