/** Both languages say the same things, every word that is asked for exists, and no sentence hides in the markup. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "..");

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

const files = filesUnder(src);
const folders = files.filter((file) => file.endsWith("/locales/en.json")).map((file) => dirname(dirname(file)));
const nameOf = (folder: string) => folder.split("/").at(-1) ?? "";
const read = (folder: string, language: string) => JSON.parse(readFileSync(join(folder, "locales", `${language}.json`), "utf8")) as Record<string, unknown>;

function flat(tree: Record<string, unknown>, prefix = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === "object" && value !== null ? flat(value as Record<string, unknown>, `${prefix}${key}.`) : [[prefix + key, String(value)] as [string, string]]));
}

/** Chinese has one plural form, English two: the word itself is what must be in both. */
const stem = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, "");
const slots = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]).sort();

describe.each(folders.map((folder) => [relative(src, folder), folder] as const))("words of %s", (_name, folder) => {
  const en = flat(read(folder, "en"));
  const zh = flat(read(folder, "zh"));

  it("has the same keys in English and Chinese", () => {
    const keys = (list: [string, string][]) => [...new Set(list.map(([key]) => stem(key)))].sort();
    expect(keys(zh)).toEqual(keys(en));
  });

  it("leaves nothing empty and loses no placeholder", () => {
    const chinese = new Map(zh.map(([key, text]) => [stem(key), text]));
    for (const [key, text] of en) {
      expect(text.trim(), key).not.toBe("");
      const other = chinese.get(stem(key)) ?? "";
      if (key.endsWith("_one")) continue;
      expect(slots(other), key).toEqual(slots(text));
    }
  });

  it("keeps to the words of the house", () => {
    for (const [key, text] of [...en, ...zh]) expect(text, key).not.toMatch(/\b(oops|successfully|please note)\b|请注意|操作成功/i);
  });
});

it("names every folder of words once", () => {
  const names = folders.map(nameOf);
  expect(names).toEqual([...new Set(names)]);
});

const known = new Map(folders.map((folder) => [nameOf(folder), new Set(flat(read(folder, "en")).map(([key]) => stem(key)))]));
const sources = files.filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/testing\//.test(file)).map((file) => ({ file: relative(src, file), text: readFileSync(file, "utf8") }));

it("asks only for words that exist", () => {
  const missing: string[] = [];
  for (const { file, text } of sources) {
    const namespaces = [...text.matchAll(/useTranslation\(\s*"([\w-]+)"/g)].map((match) => match[1] ?? "");
    if (namespaces.length === 0) continue;
    for (const match of text.matchAll(/\bt\(\s*"([\w.:-]+)"/g)) {
      const [named, rest] = (match[1] ?? "").split(":");
      const [spaces, key] = rest === undefined ? [namespaces, named] : [[named], rest];
      if (!spaces.some((namespace) => known.get(namespace ?? "")?.has(stem(key ?? "")) || known.get(namespace ?? "")?.has(key ?? ""))) missing.push(`${file}: ${match[1]}`);
    }
  }
  expect(missing).toEqual([]);
});

const spoken = new Set(["title", "label", "placeholder", "aria-label", "alt", "note", "help", "description", "action", "keep"]);
/** Product and language names are the same in every language; a key cap is a key cap. */
const proper = new Set(["&gt;", "Enter", "Ctrl S", "Tenon", "English", "Ctrl", "Ctrl K", "Ctrl ↵", "Esc", "榫", "简体中文", "J", "K", "X"]);
const isSentence = (text: string) => /[\p{L}]{2,}/u.test(text) && !proper.has(text.trim());

it("writes no words into the markup", () => {
  const literal: string[] = [];
  for (const { file, text } of sources.filter((source) => source.file.endsWith(".tsx"))) {
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
    const visit = (node: ts.Node): void => {
      const say = (words: string) => literal.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${words.trim()}`);
      if (ts.isJsxText(node) && isSentence(node.text)) say(node.text);
      if (ts.isJsxAttribute(node) && spoken.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer) && isSentence(node.initializer.text)) say(node.initializer.text);
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  expect(literal).toEqual([]);
});
