/** The import rule is shown to catch what it is there for. */
import { RuleTester } from "eslint";
import { resolve } from "node:path";
import { describe, it } from "vitest";
import { zones } from "./zones.js";

RuleTester.describe = describe;
RuleTester.it = it;
const at = (path) => resolve(import.meta.dirname, "../src", path);
const tester = new RuleTester({ languageOptions: { sourceType: "module", ecmaVersion: 2024 } });

tester.run("one-way", zones.rules["one-way"], {
  valid: [
    { filename: at("app/router.ts"), code: 'import "@/modules/crm/manifest"; import "@/ui/grid";' },
    { filename: at("platform/session/session.ts"), code: 'import "../api/request"; import "@/ui/status"; import "react";' },
    { filename: at("ui/grid/grid.ts"), code: 'import "./types"; import "@/theme";' },
  ],
  invalid: [
    { filename: at("ui/grid/grid.ts"), code: 'import "@/platform/session/session";', errors: 1 },
    { filename: at("platform/records/list.ts"), code: 'import x from "../../app/router"; export { x };', errors: 1 },
    { filename: at("platform/records/list.ts"), code: 'const page = import("@/modules/crm/pages/a");', errors: 1 },
  ],
});
