import { act, render, screen } from "@testing-library/react";
import { DatePicker } from "antd";
import { useEffect } from "react";
import { expect, it } from "vitest";
import { startI18n } from "@/platform/i18n/i18n";
import { AntdRoot } from "./antd-root";

it("does not begin its pages anew when antd's words arrive", async () => {
  await startI18n("zh");
  let mounted = 0;
  const Page = () => {
    useEffect(() => {
      mounted += 1;
    }, []);
    return <DatePicker />;
  };
  render(<AntdRoot><Page /></AntdRoot>);
  expect(await screen.findByPlaceholderText("请选择日期")).toBeVisible();
  await act(() => Promise.resolve());
  expect(mounted).toBe(1);
});
