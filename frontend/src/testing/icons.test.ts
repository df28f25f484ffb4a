/** Every icon the server names is one that the web app can draw. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { iconNames } from "@/ui/icon";

const root = join(import.meta.dirname, "../../..");
const folders = ["modules", "platform", "tenants"].map((name) => join(root, name));

function pythonUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return /^(__pycache__|migrations|tests)$/.test(name) ? [] : pythonUnder(path);
    return name.endsWith(".py") ? [path] : [];
  });
}

it("draws every icon that the server names", () => {
  const named = new Set(folders.flatMap(pythonUnder).flatMap((file) => [...readFileSync(file, "utf8").matchAll(/\bicon\s*=\s*"([a-z0-9-]+)"/g)].map((match) => match[1] ?? "")));
  expect(named.size).toBeGreaterThan(10);
  expect([...named].filter((name) => !iconNames.has(name))).toEqual([]);
});
