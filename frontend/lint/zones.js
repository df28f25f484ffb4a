/** Imports go one way: app → modules → platform → ui, and one module never imports another.
 * The zones are read from the folder list, so a new module needs no change here. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";

const src = resolve(import.meta.dirname, "../src");
const order = ["ui", "platform", "modules", "app"];
const folders = (path) => (existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name) : []);
const modules = new Set(folders(resolve(src, "modules")));

/** The zone a file lies in: its layer and, inside `modules`, the module's key. Null for files at the root (theme, main). */
function zoneOf(file) {
  const [layer, key] = relative(src, file).split(sep);
  if (!order.includes(layer)) return null;
  return { layer, key: layer === "modules" && modules.has(key) ? key : null };
}

function problem(from, to) {
  if (!from || !to) return null;
  if (order.indexOf(to.layer) > order.indexOf(from.layer)) return `${from.layer} may not import ${to.layer}`;
  if (from.layer === "modules" && to.layer === "modules" && from.key !== to.key) return `module ${from.key} may not import module ${to.key}`;
  return null;
}

const rule = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== "string") return;
      const target = source.startsWith("@/") ? resolve(src, source.slice(2)) : source.startsWith(".") ? resolve(dirname(context.filename), source) : null;
      const message = target && problem(zoneOf(context.filename), zoneOf(target));
      if (message) context.report({ node, message: `Import against the grain: ${message}.` });
    };
    return { ImportDeclaration: check, ImportExpression: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

export const zones = { rules: { "one-way": rule } };
