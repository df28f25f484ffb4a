/** Serves `virtual:palette.css`: the palettes of theme.ts as CSS variables, so that no style is ever set inline and the
 * first paint already has the right ground in the dark. */
import type { Plugin } from "vite";
import { cssVars, dark, fontFamily, fontMono, light, moreContrast, type Palette } from "../src/theme.ts";

const id = "virtual:palette.css";

const block = (selector: string, palette: Partial<Palette>) => `${selector}{${cssVars(palette as Palette)}}`;

/** The whole variable sheet. `data-theme` is set once the person's choice is known; before that the system decides. */
export function paletteSheet(): string {
  const system = ":root:not([data-theme=light])";
  return [
    `:root{color-scheme:light;--font:${fontFamily};--font-mono:${fontMono}}`,
    block(":root", light),
    ":root[data-theme=dark]{color-scheme:dark}",
    block(":root[data-theme=dark]", dark),
    `@media (prefers-color-scheme:dark){${system}{color-scheme:dark}${block(system, dark)}}`,
    `@media (prefers-contrast:more){${block(":root", moreContrast.light)}${block(":root[data-theme=dark]", moreContrast.dark)}}`,
  ].join("\n");
}

export function palette(): Plugin {
  return {
    name: "tenon-palette",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (source) => (source === `\0${id}` ? paletteSheet() : undefined),
  };
}
