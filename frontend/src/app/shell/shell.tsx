/** The frame: 44 px bar, 60 px rail (level 1), 188 px panel (levels 2 and 3), white sheet. On a phone: sheet and tab bar. */
import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { placeOf } from "@/platform/menu/menu";
import { useSession } from "@/platform/session/session";
import { Slot } from "@/platform/slots/slots";
import { GridSkeleton } from "@/ui/states/skeleton";
import { usePaletteOpen, openPalette, closePalette } from "../palette/palette-store";
import { OfflineBanner } from "./offline-banner";
import { Panel } from "./panel";
import { Rail } from "./rail";
import "./shell.css";
import { TabBar } from "./tab-bar";
import { TopBar } from "./top-bar";
import { useShellMenu } from "./use-shell-menu";

const loadPalette = () => import("../palette/palette").then((part) => ({ default: part.Palette }));
const Palette = lazy(loadPalette);
const stored = "tenon.panel";

export function Shell() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const search = useRouterState({ select: (state) => state.location.searchStr });
  const { menu } = useSession();
  const modules = useShellMenu();
  const here = placeOf(menu, path, search)?.module.id ?? modules.find((module) => module.own?.some((route) => path === route || path.startsWith(`${route}/`)))?.id ?? "home";
  const [open, setOpen] = useState(() => localStorage.getItem(stored) !== "closed");
  /** Module whose pages are looked at without having gone there; narrow screens slide the panel over the page. */
  const [peek, setPeek] = useState<string | null>(null);
  const palette = usePaletteOpen();

  useEffect(() => setPeek(null), [path]);
  useEffect(() => {
    // Fetched in a quiet moment, so that the first Ctrl-K loses no letter.
    const timer = setTimeout(() => void loadPalette(), 1500);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
      } else if (event.key === "Escape") setPeek(null);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const toggle = () => {
    setOpen(!open);
    localStorage.setItem(stored, open ? "closed" : "open");
  };
  const shown = peek ?? here;
  const module = modules.find((one) => one.id === shown) ?? modules[0];
  return (
    <div className={`shell${open ? "" : " folded"}${peek ? " peeking" : ""}`}>
      <TopBar onTogglePanel={toggle} panelOpen={open} />
      <Rail modules={modules} here={here} shown={shown} onPeek={(id) => setPeek(id === peek ? null : id)} panelOpen={open} />
      {module && <Panel module={module} path={path} search={search} />}
      {peek && <button type="button" className="panel-veil" tabIndex={-1} aria-hidden onClick={() => setPeek(null)} />}
      <main className="sheet" id="main">
        <OfflineBanner />
        <Slot name="shell.notices" />
        <Suspense fallback={<GridSkeleton rows={14} />}>
          <Outlet />
        </Suspense>
      </main>
      <TabBar modules={modules} here={here} />
      {palette && (
        <Suspense fallback={null}>
          <Palette onClose={closePalette} />
        </Suspense>
      )}
    </div>
  );
}
