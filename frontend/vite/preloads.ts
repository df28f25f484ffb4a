/** What a page is told to load ahead, less what is there anyway: every company page runs inside the shell, so the
 * shell's own chunks would only lengthen each of some hundred lists that the first file carries. Styles stay: a page
 * that is drawn without the shell (sign-in, a customer's link) waits for its own. */
import type { Plugin } from "vite";

const always = ["/index.html", "/src/app/shell/company-layout.tsx", "/src/app/shell/shell.tsx"];
const outside = ["/src/app/auth/", "/src/app/shell/"];

export function preloads(): Plugin {
  const there = { entry: new Set<string>(), shell: new Set<string>() };
  const withoutShell = new Set<string>();
  return {
    name: "tenon-preloads",
    config: () => ({
      build: {
        modulePreload: {
          resolveDependencies: (file, deps) => {
            const known = withoutShell.has(file) ? there.entry : there.shell;
            return deps.filter((dep) => dep.endsWith(".css") || !known.has(dep));
          },
        },
      },
    }),
    generateBundle: {
      order: "pre",
      handler(_options, bundle) {
        const closure = (file: string, seen: Set<string>) => {
          const chunk = bundle[file];
          if (chunk?.type !== "chunk" || seen.has(file)) return;
          seen.add(file);
          for (const next of chunk.imports) closure(next, seen);
        };
        for (const chunk of Object.values(bundle)) {
          const source = chunk.type === "chunk" ? chunk.facadeModuleId?.replaceAll("\\", "/") : undefined;
          if (chunk.type !== "chunk" || !source) continue;
          if (outside.some((part) => source.includes(part))) withoutShell.add(chunk.fileName);
          if (!always.some((part) => source.endsWith(part))) continue;
          closure(chunk.fileName, there.shell);
          if (chunk.isEntry) closure(chunk.fileName, there.entry);
        }
      },
    },
  };
}
