/** Weighs the JavaScript (gzip) that a page needs at its first load: the entry, the route's chunk and all they import.
 * Fails over a budget, and where a page loads what it has no use for. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const shell = ["index.html", "src/app/shell/company-layout.tsx", "src/app/shell/shell.tsx"];
const record = [...shell, "src/app/record-routes/record-route.tsx"];
/** The words that come with the pages, in one language. */
const words = (...names) => names.map((name) => `src/${name}/locales/zh.json`);
const form = [...record, "src/platform/records/form/record-form-page.tsx"];
const calendar = ["src/platform/fields/date/input.tsx", "src/platform/fields/datetime/input.tsx"];
const pages = {
  login: { budget: 180, parts: ["index.html", "src/app/auth/sign-in-page.tsx"], without: [...shell.slice(1), ...calendar] },
  list: { budget: 300, parts: [...record, "src/platform/records/list/record-list-page.tsx"], without: calendar },
  detail: { budget: 370, parts: [...record, "src/platform/records/detail/record-detail-page.tsx"], without: calendar },
  form: { budget: 370, parts: form, without: calendar },
  order: { budget: 370, parts: [...form, "src/modules/sales/pages/order-form-page.tsx"], without: calendar },
  home: { budget: 300, parts: [...shell, "src/app/home/home-page.tsx"], without: calendar },
};

function files(part, seen = new Set()) {
  const chunk = manifest[part];
  if (!chunk) throw new Error(`No chunk is built from ${part}`);
  if (seen.has(part)) return seen;
  seen.add(part);
  for (const next of chunk.imports ?? []) files(next, seen);
  return seen;
}
const weight = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1024;

let failed = false;
for (const [name, { budget, parts, without }] of Object.entries(pages)) {
  const chunks = new Set(parts.flatMap((part) => [...files(part)]));
  for (const key of words("ui", ...(name === "login" ? ["app/auth"] : ["app", "platform/records", "platform/fields"]))) if (manifest[key]) chunks.add(key);
  const js = [...new Set([...chunks].map((key) => manifest[key].file))].filter((file) => file.endsWith(".js"));
  const total = js.reduce((sum, file) => sum + weight(file), 0);
  const over = total > budget;
  const idle = without.filter((part) => chunks.has(part));
  failed ||= over || idle.length > 0;
  if (idle.length) console.log(`${name} has no use for ${idle.join(", ")}`);
  console.log(`${name.padEnd(8)} ${total.toFixed(1).padStart(7)} KB of ${budget} KB${over ? "  OVER" : ""}`);
  if (process.argv.includes("--files")) for (const file of js.sort((a, b) => weight(b) - weight(a)).slice(0, 12)) console.log(`         ${weight(file).toFixed(1).padStart(7)}  ${file}`);
}
process.exitCode = failed ? 1 : 0;
