import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import type { Notification } from "./api";
import { Bell } from "./bell";

const entity = Object.values(bootstrap.entities)[0]!;
const told = (over: Partial<Notification> = {}): Notification => ({ id: 7, kind: "mention", entity: entity.key, record_id: 3, label: "SO-0001", author: "Sales manager", excerpt: "@Planner please look", created_at: "2026-11-20T08:00:00Z", read: false, ...over });

describe("the bell", () => {
  it("counts what is unread, leads to the record and marks it as read", async () => {
    const marked: unknown[] = [];
    let read = false;
    serve({
      "GET /api/v1/notifications/": () => ({ results: [told({ read }), told({ id: 5, label: "SO-0002", excerpt: "", read: true })], unread: read ? 0 : 1 }),
      "POST /api/v1/notifications/read/": ({ body }: { body: unknown }) => {
        marked.push(body);
        read = true;
        return { unread: 0 };
      },
    });
    const { router } = await renderPage(<Bell />, { bootstrap });
    const bell = await screen.findByRole("button", { name: "Notifications, 1 unread" });
    await userEvent.click(bell);
    const list = await screen.findByRole("dialog", { name: "Notifications" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(2);
    expect(within(list).getByText("@Planner please look")).toBeVisible();
    await userEvent.click(within(list).getByText("SO-0001"));
    expect(marked).toEqual([{ ids: [7] }]);
    expect(router.history.location.pathname).toBe(`${entity.route}/3`);
    await waitFor(() => expect(screen.getByRole("button", { name: "Notifications" })).toBeVisible());
  });

  it("says when there is nothing, and when it cannot be read", async () => {
    serve({ "GET /api/v1/notifications/": () => ({ results: [], unread: 0 }) });
    const { unmount } = await renderPage(<Bell />, { bootstrap });
    await userEvent.click(await screen.findByRole("button", { name: "Notifications" }));
    expect(await screen.findByText("Nothing yet")).toBeVisible();
    unmount();
    serve({ "GET /api/v1/notifications/": () => problem("unavailable", 503) });
    await renderPage(<Bell />, { bootstrap });
    await userEvent.click(await screen.findByRole("button", { name: "Notifications" }));
    expect(await screen.findByText("The notifications could not be loaded.")).toBeVisible();
  });
});
