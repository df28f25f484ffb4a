import "virtual:palette.css";
import "@/ui/styles/all.css";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { startI18n } from "@/platform/i18n/i18n";
import { applyTheme } from "@/platform/preferences";

applyTheme();
const root = document.getElementById("root");
void startI18n().then(() => root && createRoot(root).render(<App />));
